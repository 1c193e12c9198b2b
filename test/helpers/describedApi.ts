import { join } from 'node:path';
import { Validator } from '@seriousme/openapi-schema-validator';
import type { ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { default as addFormats } from 'ajv-formats';
import { projectRoot } from './sourceFiles.ts';

// biome-ignore lint/suspicious/noExplicitAny: a tree of JSON, read where it is asserted
export type Json = any;

export interface Operation {
  /** As the document writes it, e.g. `DELETE /api/access-tokens/{uid}`. */
  readonly name: string;
  readonly method: string;
  readonly path: string;
  /** Of the path and of the method. */
  readonly parameters: readonly Json[];
  readonly description: Json;
}

export interface SentRequest {
  readonly method: string;
  /** With the query. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

export interface ReceivedReply {
  readonly status: number;
  readonly contentType: string | null;
  readonly text: string;
}

const methods = ['get', 'post', 'put', 'patch', 'delete'];

const operationsOf = (document: Json): Operation[] =>
  Object.entries<Json>(document.paths).flatMap(([path, item]) =>
    Object.keys(item)
      .filter((key) => methods.includes(key))
      .map((key) => ({
        name: `${key.toUpperCase()} ${path}`,
        method: key.toUpperCase(),
        path,
        parameters: [...(item.parameters ?? []), ...(item[key].parameters ?? [])],
        description: item[key],
      })),
  );

/** Properties that the schema knows, through `allOf`; null where it says nothing of any. */
const propertiesOf = (schema: Json): Readonly<Record<string, Json>> | null => {
  const own: Json[] = [schema.properties ?? null, ...(schema.allOf ?? []).map(propertiesOf)].filter(Boolean);
  return own.length === 0 ? null : Object.assign({}, ...own);
};

/** Fields of the value that no schema names: an undocumented field is one that somebody will build on. */
const undocumented = (schema: Json, value: Json, at = ''): string[] => {
  if (Array.isArray(value)) return value.flatMap((item) => undocumented(schema.items ?? {}, item, `${at}[]`));
  const properties = propertiesOf(schema);
  if (typeof value !== 'object' || value === null || properties === null) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    properties[name] === undefined
      ? schema.additionalProperties === true
        ? []
        : [`${at}.${name} is not documented`]
      : undocumented(properties[name], inner, `${at}.${name}`),
  );
};

/** resources/openapi.yaml, read by a validator of OpenAPI, as the judge of requests and replies. */
export class DescribedApi {
  readonly document: Json;
  readonly operations: readonly Operation[];
  readonly #ajv = new Ajv2020({ strict: false, allErrors: true });
  readonly #compiled = new Map<object, ValidateFunction>();

  private constructor(document: Json) {
    this.document = document;
    this.operations = operationsOf(document);
    addFormats.default(this.#ajv);
  }

  /** @throws when the document is not valid OpenAPI 3.1 */
  static async read(file = join(projectRoot, 'resources/openapi.yaml')): Promise<DescribedApi> {
    const validator = new Validator();
    const { valid, errors } = await validator.validate(file);
    if (!valid || validator.version !== '3.1')
      throw new Error(`not OpenAPI 3.1 but ${validator.version}: ${JSON.stringify(errors)}`);
    return new DescribedApi(validator.resolveRefs());
  }

  operation(name: string): Operation {
    const found = this.operations.find((operation) => operation.name === name);
    if (found === undefined) throw new Error(`${name} is not documented`);
    return found;
  }

  matching(method: string, pathname: string): Operation | undefined {
    return this.operations.find(
      (operation) =>
        operation.method === method &&
        new RegExp(`^${operation.path.replace(/\{\w+\}/g, '[^/]+')}$`).test(pathname),
    );
  }

  /** What the document does not allow of the request; empty when all is well. */
  requestProblems({ method, url, headers, body }: SentRequest): string[] {
    const { pathname, searchParams } = new URL(url, 'http://any');
    const operation = this.matching(method, pathname);
    if (operation === undefined) return [`${method} ${pathname} is not documented`];
    const query = operation.parameters.filter((parameter) => parameter.in === 'query');
    return [
      ...[...searchParams].flatMap(([name, value]) => {
        const parameter = query.find((one) => one.name === name);
        if (parameter === undefined) return [`query ${name} is not documented`];
        return this.#problems(parameter.schema, parameter.schema.type === 'integer' ? Number(value) : value);
      }),
      ...(/^Bearer \S+$/.test(headers.authorization ?? '') ? [] : ['no bearer token']),
      ...this.#bodyProblems(operation, headers['content-type'], body),
    ];
  }

  replyProblems(name: string, { status, contentType, text }: ReceivedReply): string[] {
    const { responses } = this.operation(name).description;
    const described = responses[String(status)] ?? responses.default;
    if (described === undefined) return [`status ${status} is not documented`];
    if (responses[String(status)] === undefined && status < 400)
      return [`success ${status} is not documented`];
    if (described.content === undefined) return text === '' ? [] : ['a body is not documented'];
    const type = contentType?.split(';')[0] ?? '';
    const schema = described.content[type]?.schema;
    if (schema === undefined) return [`content type ${type} is not documented`];
    if (type !== 'application/json') return this.#problems(schema, text);
    const value = JSON.parse(text);
    return [
      ...this.#problems(schema, value),
      ...undocumented(schema, value),
      ...this.#codeProblems(status, value),
    ];
  }

  #bodyProblems({ description }: Operation, type: string | undefined, text: string): string[] {
    const { requestBody } = description;
    if (requestBody === undefined)
      return [
        ...(text === '' ? [] : ['a body is not documented']),
        ...(type === undefined ? [] : ['a type without body']),
      ];
    const schema = requestBody.content[type ?? '']?.schema;
    if (schema === undefined) return [`content type ${type} is not documented`];
    const value = JSON.parse(text);
    return [...this.#problems(schema, value), ...undocumented(schema, value)];
  }

  #codeProblems(status: number, { error }: Json): string[] {
    if (error === undefined) return [];
    const { code } =
      this.document.components.responses.Failure.content['application/json'].schema.properties.error
        .properties;
    const wanted = { ...code['x-statuses'], ...code['x-assumed-statuses'] }[error.code];
    return wanted === status ? [] : [`${error.code} is not documented with ${status}`];
  }

  #problems(schema: object, value: unknown): string[] {
    const validate = this.#compiled.get(schema) ?? this.#ajv.compile(schema);
    this.#compiled.set(schema, validate);
    return validate(value)
      ? []
      : (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message}`);
  }
}
