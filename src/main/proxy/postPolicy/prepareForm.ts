import type { ErrorCode } from '../../../shared/errorCodes.ts';
import type { HttpRequestParts } from '../../sigv4/requestParts.ts';
import { uriEncode } from '../../sigv4/uriEncoding.ts';
import { chooseCredential } from '../chooseCredential.ts';
import { tokenAmong } from '../misplacedToken.ts';
import { readFraming } from '../payload/bodyFraming.ts';
import { type Forward, type Preparation, type Refused, refused } from '../prepare.ts';
import { judgeUpload } from '../requestPolicy.ts';
import { stripInbound } from '../stripInbound.ts';
import type { FormField, FormHead } from './formHead.ts';
import { withFilename } from './formKey.ts';
import type { FormRequest } from './formRequest.ts';
import { identifyForm } from './identifyForm.ts';
import { passFile } from './passFile.ts';
import { obeysPolicy } from './policyDocument.ts';
import { signForm } from './signForm.ts';

/** A form, authenticated for the upstream by the policy in it. */
export interface FormUpload {
  readonly kind: 'form';
  readonly request: HttpRequestParts;
  sign(nowMs: number): SignedUpload;
}

export interface SignedUpload {
  readonly signature: string;
  /** null when it is known at its end only. */
  readonly contentLength: number | null;
  /** To be read once. */
  readonly body: AsyncIterable<Buffer>;
}

/** Of S3, and of what may be put into a key. */
const MAX_KEY_BYTES = 1024;

/** The passes of a form, once the fields before its file have come: identify, obey, judge, choose, sign. */
export const prepareForm = (
  { request, bucket, boundary }: FormRequest,
  head: FormHead,
  { grants, signingKeys, nowMs }: Preparation,
): Forward | Refused => {
  // It may have been locked while the fields came.
  if (!grants.isUnlocked()) return refused('VAULT_LOCKED');
  const sent = valuesOf(head);
  const identity = identifyForm(sent, grants, signingKeys, nowMs);
  if (identity.kind === 'refuse') return refused(identity.code);
  const { grant, policy } = identity;
  const isTooLong = [sent.get('key'), head.filename].some((text) => (text?.length ?? 0) > MAX_KEY_BYTES);
  const key = isTooLong ? '' : withFilename(sent.get('key') ?? '', head.filename);
  const rawPath = `/${bucket}/${key.split('/').map(uriEncode).join('/')}`;
  const refuse = (code: ErrorCode): Refused => refused(code, grant, rawPath);

  // An upstream would replace the placeholder once more, and store under a key that nobody judged.
  if (withFilename(key, '') !== key) return refuse('FORM_MALFORMED');
  if (key === '' || key.length > MAX_KEY_BYTES || (sent.get('bucket') ?? bucket) !== bucket)
    return refuse('FORM_MALFORMED');
  const conditions = policy.conditions.map((condition) =>
    condition.name === 'key'
      ? { ...condition, value: withFilename(condition.value, head.filename) }
      : condition,
  );
  const values = new Map([...sent, ['bucket', bucket], ['key', key]]);
  if (!obeysPolicy({ ...policy, conditions }, values)) return refuse('FORM_POLICY_VIOLATED');

  const misplaced = tokenAmong([rawPath, ...head.fields.flatMap(({ name, value }) => [name, value])]);
  if (misplaced !== null) return refuse(misplaced);
  if (head.fields.some(namesSource)) return refuse('PATH_REFUSED');
  if (grant.prefix !== null && head.fields.some(namesOtherKeys)) return refuse('PREFIX_FORBIDDEN');
  const decision = judgeUpload(grant, { bucket, key }, nowMs);
  if (decision.kind === 'refuse') return refuse(decision.code);
  const choice = chooseCredential(decision.need, grant.credentials, nowMs);
  if (choice.kind === 'refuse') return refuse(choice.code);
  if (choice.kind === 'token' || grant.upstream === null) return refuse('UPSTREAM_UNREACHABLE');
  const { credential } = choice;
  const secret = grants.secretOf(credential);
  const upstream = new URL(grant.upstream);
  const fields = head.fields.map((field) =>
    field.name.toLowerCase() === 'key' ? { ...field, value: key } : field,
  );
  const { contentLength } = readFraming(request.headers);
  const sign = (signedAtMs: number): SignedUpload => {
    const form = signForm({ ...head, fields }, { bucket, boundary }, policy, {
      accessKeyId: credential.accessKeyId,
      signingKeyOf: (dateStamp, region) => signingKeys.of(credential.id, secret, dateStamp, region),
      nowMs: signedAtMs,
    });
    return {
      signature: form.signature,
      contentLength: contentLength === null ? null : contentLength - head.byteLength + form.head.length,
      body: joined(form.head, passFile(head.rest, boundary, policy.range)),
    };
  };
  return {
    kind: 'forward',
    grant,
    credential,
    origin: upstream.origin,
    rawPath,
    payload: { kind: 'form', request: withoutSignableHeaders(stripInbound(request), upstream.host), sign },
    secret,
    capability: '',
    // A policy admits as many uploads as are made before it expires.
    allowRepeat: () => undefined,
  };
};

/** A form uploads its file; what else it would have copied is nobody's to judge here. */
const namesSource = ({ name }: FormField): boolean => /-(?:copy|rename)-source$/i.test(name);

/** Some stores unpack the file, or copy it to a list of keys. */
const namesOtherKeys = ({ name }: FormField): boolean =>
  /snowball-auto-extract$|^x-minio-fanout-list$/i.test(name);

const valuesOf = ({ fields }: FormHead): Map<string, string> =>
  new Map(fields.map(({ name, value }) => [name.toLowerCase(), value]));

/** The policy covers the fields. A header of S3 beside them would be nobody's word. */
const withoutSignableHeaders = (request: HttpRequestParts, upstreamHost: string): HttpRequestParts => ({
  ...request,
  headers: [
    ['host', upstreamHost],
    ...request.headers.filter(([name]) => !name.toLowerCase().startsWith('x-amz-')),
  ],
});

/** One piece behind: a form that fails never comes to the length that was announced for it. */
async function* joined(head: Buffer, rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let held = head;
  for await (const piece of rest) {
    yield held;
    held = piece;
  }
  yield held;
}
