import type { TargetKind, TargetPlace } from '../../shared/contract/rollout.ts';
import type { FormValues } from './forms.ts';

export interface PlaceField {
  readonly name: string;
  readonly label: string;
  readonly placeholder?: string;
  readonly initial?: string;
  readonly hint?: string;
  readonly isOptional?: true;
  /** One thing a line. */
  readonly isLines?: true;
}

/** What opens a place: `pair` is made of three fields, as AWS names them. */
export type AccessForm =
  | { readonly kind: 'one'; readonly label: string; readonly hint: string }
  | { readonly kind: 'pair' };

export interface PlaceForm {
  readonly fields: readonly PlaceField[];
  readonly access: AccessForm | null;
  /** Whoever reads there may look under other names. */
  readonly hasNames: boolean;
  readonly read: (form: FormValues) => TargetPlace;
}

const path = (placeholder: string): PlaceField => ({
  name: 'path',
  label: 'File',
  placeholder,
  hint: 'Its whole path on this machine. It has to be there already.',
});

const orNull = (form: FormValues, field: string): string | null => form.optional(field) ?? null;

export const placeForms: Readonly<Record<TargetKind, PlaceForm>> = {
  awsProfile: {
    fields: [path('/home/you/.aws/credentials'), { name: 'profile', label: 'Profile', initial: 'default' }],
    access: null,
    hasNames: false,
    read: (form) => ({ kind: 'awsProfile', path: form.text('path'), profile: form.text('profile') }),
  },
  dotenv: {
    fields: [path('/home/you/app/.env')],
    access: null,
    hasNames: true,
    read: (form) => ({ kind: 'dotenv', path: form.text('path') }),
  },
  command: {
    fields: [
      {
        name: 'command',
        label: 'Program and its arguments, one a line',
        placeholder: '/usr/local/bin/store-secret\n--app=web',
        hint: 'It gets one JSON object on its standard input, and ends with 0 when it has stored it. No shell.',
        isLines: true,
      },
    ],
    access: null,
    hasNames: true,
    read: (form) => ({
      kind: 'command',
      command: form
        .text('command')
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line !== ''),
    }),
  },
  vaultKv: {
    fields: [
      { name: 'url', label: 'Address', placeholder: 'https://vault.example.com' },
      { name: 'namespace', label: 'Namespace', isOptional: true },
      { name: 'mount', label: 'Mount', initial: 'secret', hint: 'A KV engine, version 2.' },
      { name: 'path', label: 'Path', placeholder: 'apps/web' },
    ],
    access: { kind: 'one', label: 'Token of HashiCorp Vault', hint: 'May read and write that path.' },
    hasNames: true,
    read: (form) => ({
      kind: 'vaultKv',
      url: form.text('url'),
      namespace: orNull(form, 'namespace'),
      mount: form.text('mount'),
      path: form.text('path'),
    }),
  },
  awsSecretsManager: {
    fields: [
      { name: 'region', label: 'Region', placeholder: 'eu-central-1' },
      { name: 'secretId', label: 'Secret', placeholder: 'apps/web', hint: 'Its name or ARN.' },
      { name: 'endpoint', label: 'Address', isOptional: true, hint: 'Empty: that of AWS for the region.' },
    ],
    access: { kind: 'pair' },
    hasNames: true,
    read: (form) => ({
      kind: 'awsSecretsManager',
      region: form.text('region'),
      secretId: form.text('secretId'),
      endpoint: orNull(form, 'endpoint'),
    }),
  },
  gcpSecretManager: {
    fields: [
      { name: 'project', label: 'Project', placeholder: 'acme-production' },
      { name: 'secret', label: 'Secret', placeholder: 'apps-web' },
      { name: 'endpoint', label: 'Address', isOptional: true, hint: 'Empty: that of Google.' },
    ],
    access: {
      kind: 'one',
      label: 'Service account key',
      hint: 'Paste the whole JSON file. It stays hidden; line breaks do no harm.',
    },
    hasNames: true,
    read: (form) => ({
      kind: 'gcpSecretManager',
      project: form.text('project'),
      secret: form.text('secret'),
      endpoint: orNull(form, 'endpoint'),
    }),
  },
  githubActions: {
    fields: [
      { name: 'owner', label: 'Owner', placeholder: 'acme' },
      { name: 'repository', label: 'Repository', placeholder: 'web' },
      { name: 'environment', label: 'Environment', isOptional: true, hint: 'Empty: the whole repository.' },
      { name: 'apiUrl', label: 'Address of the API', isOptional: true, hint: 'Empty: that of github.com.' },
    ],
    access: { kind: 'one', label: 'GitHub token', hint: 'May write the secrets of that repository.' },
    hasNames: true,
    read: (form) => ({
      kind: 'githubActions',
      owner: form.text('owner'),
      repository: form.text('repository'),
      environment: orNull(form, 'environment'),
      apiUrl: orNull(form, 'apiUrl'),
    }),
  },
};

/** Undefined where nothing opens the place. */
export const readAccess = (access: AccessForm | null, form: FormValues): string | undefined => {
  if (access === null) return undefined;
  if (access.kind === 'one') return form.secret('access').trim();
  const sessionToken = form.optional('sessionToken');
  return JSON.stringify({
    accessKeyId: form.text('accessKeyId'),
    secretAccessKey: form.text('secretAccessKey'),
    ...(sessionToken === undefined ? {} : { sessionToken }),
  });
};
