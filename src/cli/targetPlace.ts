import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { AppError } from '../main/lib/appError.ts';
import type { TargetPlace } from '../shared/contract/rollout.ts';

/** The options that name a place, as they were given. */
export interface PlaceOptions {
  readonly awsProfile?: string;
  readonly file?: string;
  readonly dotenv?: string;
  readonly command?: boolean;
  readonly vaultKv?: string;
  readonly mount?: string;
  readonly path?: string;
  readonly namespace?: string;
  readonly awsSecret?: string;
  readonly region?: string;
  readonly gcpSecret?: string;
  readonly endpoint?: string;
  readonly githubSecret?: string;
  readonly environment?: string;
  readonly apiUrl?: string;
}

type PlaceOption = keyof PlaceOptions;

interface PlaceFlag {
  readonly flag: string;
  /** What may come with it. */
  readonly takes: readonly PlaceOption[];
  /** What opens it, for a prompt; null: nothing is needed. */
  readonly access: string | null;
  place(options: PlaceOptions, operands: readonly string[]): TargetPlace;
}

const invalid = (detail: string): AppError =>
  new AppError('INVALID_INPUT', { detail, hint: 'See `nfyio-vault target add --help`.' });

const flagOf = (option: PlaceOption): string =>
  `--${option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

const needed = (options: PlaceOptions, option: PlaceOption): string => {
  const value = options[option];
  if (typeof value !== 'string') throw invalid(`${flagOf(option)} is needed.`);
  return value;
};

/** `left/right`, of which both sides are something. */
const halves = (options: PlaceOptions, option: PlaceOption, form: string): readonly [string, string] => {
  const [left = '', right = '', ...more] = needed(options, option).split('/');
  if (left === '' || right === '' || more.length > 0) throw invalid(`${flagOf(option)} looks like ${form}.`);
  return [left, right];
};

const places: Partial<Record<PlaceOption, PlaceFlag>> = {
  awsProfile: {
    ...{ flag: '--aws-profile', takes: ['file'], access: null },
    place: ({ awsProfile: profile = '', file = join(homedir(), '.aws', 'credentials') }) => ({
      ...{ kind: 'awsProfile', path: resolve(file), profile },
    }),
  },
  dotenv: {
    ...{ flag: '--dotenv', takes: [], access: null },
    place: ({ dotenv = '' }) => ({ kind: 'dotenv', path: resolve(dotenv) }),
  },
  command: {
    ...{ flag: '--command', takes: [], access: null },
    place: (_, [program = '', ...args]) => {
      if (program === '') throw invalid('--command needs the program and its arguments after --.');
      return { kind: 'command', command: [program.includes('/') ? resolve(program) : program, ...args] };
    },
  },
  vaultKv: {
    ...{ flag: '--vault-kv', takes: ['mount', 'path', 'namespace'] },
    access: 'Token of HashiCorp Vault',
    place: (options) => ({
      ...{ kind: 'vaultKv', url: needed(options, 'vaultKv'), namespace: options.namespace ?? null },
      ...{ mount: needed(options, 'mount'), path: needed(options, 'path') },
    }),
  },
  awsSecret: {
    ...{ flag: '--aws-secret', takes: ['region', 'endpoint'] },
    access: '{"accessKeyId","secretAccessKey"} for AWS',
    place: (options) => ({
      ...{ kind: 'awsSecretsManager', secretId: needed(options, 'awsSecret') },
      ...{ region: needed(options, 'region'), endpoint: options.endpoint ?? null },
    }),
  },
  gcpSecret: {
    ...{ flag: '--gcp-secret', takes: ['endpoint'], access: 'Service account key of Google' },
    place: (options) => {
      const [project, secret] = halves(options, 'gcpSecret', 'PROJECT/SECRET');
      return { kind: 'gcpSecretManager', project, secret, endpoint: options.endpoint ?? null };
    },
  },
  githubSecret: {
    ...{ flag: '--github-secret', takes: ['environment', 'apiUrl'], access: 'Token of GitHub' },
    place: (options) => {
      const [owner, repository] = halves(options, 'githubSecret', 'OWNER/REPOSITORY');
      const { environment = null, apiUrl = null } = options;
      return { kind: 'githubActions', owner, repository, environment, apiUrl };
    },
  },
};

const isPlaceOption = (option: string): option is PlaceOption => option in places;
const details: readonly PlaceOption[] = [...new Set(Object.values(places).flatMap(({ takes }) => takes))];

/** The one place that the options name. @throws AppError INVALID_INPUT */
export const placeOf = (
  options: PlaceOptions,
  operands: readonly string[],
): { readonly place: TargetPlace; readonly access: string | null } => {
  const [chosen, another] = Object.keys(options).filter(isPlaceOption);
  const flag = chosen === undefined ? undefined : places[chosen];
  if (flag === undefined || another !== undefined) {
    const flags = Object.values(places).map(({ flag: word }) => word);
    throw invalid(`Exactly one place is needed: ${flags.join(', ')}.`);
  }
  const stray = details.find((option) => options[option] !== undefined && !flag.takes.includes(option));
  if (stray !== undefined) throw invalid(`${flagOf(stray)} does not belong to ${flag.flag}.`);
  if (operands.length > 0 && chosen !== 'command') throw invalid('Only --command takes a program after --.');
  return { place: flag.place(options, operands), access: flag.access };
};
