import { z } from 'zod';
import { credentialKind } from './credentials.ts';
import { call } from './define.ts';
import { done, failure, isoTime, none, reference, secretInput } from './words.ts';

const absolutePath = z.string().min(1).max(4096);
const httpUrl = z.url({ protocol: /^https?$/ }).max(2048);
/** A name under which a program looks a value up: a variable, a field of a document. */
const valueName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_.-]{0,254}$/, 'a name has letters, digits and _ . - and begins with a letter');

/** The names of a place's values, in the words of who reads them there. */
export const tokenNames = z.object({ token: valueName }).strict();
export const keyNames = z.object({ accessKeyId: valueName, secretAccessKey: valueName }).strict();
export const valueNames = z.union([tokenNames, keyNames]);
export type ValueNames = z.infer<typeof valueNames>;

/** Where a secret lives besides the vault. No value of it is here, nor what opens the place. */
export const targetPlace = z.discriminatedUnion('kind', [
  /** A profile of a file that AWS tools read. For access keys alone. */
  z
    .object({ kind: z.literal('awsProfile'), path: absolutePath, profile: z.string().min(1).max(255) })
    .strict(),
  z.object({ kind: z.literal('dotenv'), path: absolutePath }).strict(),
  /** A program that gets one JSON object on its standard input; no shell. Exit code 0: it has stored it. */
  z
    .object({ kind: z.literal('command'), command: z.array(z.string().min(1).max(4096)).min(1).max(64) })
    .strict(),
  /** HashiCorp Vault, KV version 2. */
  z
    .object({
      kind: z.literal('vaultKv'),
      url: httpUrl,
      namespace: z.string().max(255).nullable(),
      mount: z.string().min(1).max(255),
      path: z.string().min(1).max(1024),
    })
    .strict(),
  /** `endpoint` null: that of AWS for the region. */
  z
    .object({
      kind: z.literal('awsSecretsManager'),
      region: z.string().regex(/^[a-z0-9-]{1,64}$/),
      secretId: z.string().min(1).max(2048),
      endpoint: httpUrl.nullable(),
    })
    .strict(),
  /** `endpoint` null: that of Google. */
  z
    .object({
      kind: z.literal('gcpSecretManager'),
      project: z.string().regex(/^[a-z0-9:.-]{1,100}$/),
      secret: z.string().regex(/^[A-Za-z0-9_-]{1,255}$/),
      endpoint: httpUrl.nullable(),
    })
    .strict(),
  /** `environment` null: the repository's own secrets. `apiUrl` null: that of github.com. */
  z
    .object({
      kind: z.literal('githubActions'),
      owner: z.string().regex(/^[A-Za-z0-9-]{1,100}$/),
      repository: z.string().regex(/^[A-Za-z0-9._-]{1,100}$/),
      environment: z.string().min(1).max(255).nullable(),
      apiUrl: httpUrl.nullable(),
    })
    .strict(),
]);
export type TargetPlace = z.infer<typeof targetPlace>;
export type TargetKind = TargetPlace['kind'];

/** What became of the present secret there. */
export const targetState = z.discriminatedUnion('kind', [
  /** It is yet to be written, or just being written. */
  z.object({ kind: z.literal('pending') }),
  /** `isVerified`: read back and found equal; some places cannot be read. */
  z.object({ kind: z.literal('current'), writtenAt: isoTime, isVerified: z.boolean() }),
  z.object({ kind: z.literal('failed'), error: failure, retryAt: isoTime }),
]);
export type TargetState = z.infer<typeof targetState>;

/** A place outside the vault that must learn a credential's new secret. */
export const target = z.object({
  id: z.string(),
  credentialId: z.string(),
  credentialKind,
  place: targetPlace,
  /** In one line, for people: `.env file /home/ada/app/.env`. */
  title: z.string(),
  names: valueNames,
  /** Something that opens the place is sealed with it. */
  hasAccess: z.boolean(),
  state: targetState,
});
export type Target = z.infer<typeof target>;

/** One value of a place: what writing would do to it. `unreadable`: something of that name is there, not to be read. */
export const targetChange = z.object({
  name: z.string(),
  change: z.enum(['add', 'replace', 'same', 'unreadable']),
});
export type TargetChange = z.infer<typeof targetChange>;

const ofCredential = { credential: reference, kind: credentialKind.optional() };
const one = z.object({ id: z.string() }).strict();

export const rolloutCalls = {
  /** Of one credential, or of all. */
  'target.list': call(
    z.union([none, z.object(ofCredential).strict()]),
    z.object({ targets: z.array(target) }),
  ),
  /**
   * Remembers a place, and writes nothing yet to it: what lies there is compared only. `access` is what opens it: a token of HashiCorp Vault or
   * GitHub; JSON for AWS (`{"accessKeyId","secretAccessKey","sessionToken"?}`) and Google (a service account key).
   */
  'target.add': call(
    z
      .object({
        ...ofCredential,
        place: targetPlace,
        /** Those that are usual for the place, unless given. */
        names: valueNames.optional(),
        access: secretInput.optional(),
      })
      .strict(),
    z.object({ target, changes: z.array(targetChange) }),
  ),
  /** Forgets it; what was written there stays there. */
  'target.remove': call(one, done),
  /** A diff without values. */
  'target.preview': call(one, z.object({ target, changes: z.array(targetChange) })),
  /** Writes the present secret there now. @throws what went wrong; then it is tried again by itself */
  'target.write': call(one, z.object({ target })),
} as const;
