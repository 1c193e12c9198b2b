import type { LocalCredential } from '../../../shared/contract/connections.ts';
import type { Skipped } from '../../../shared/contract/transfer.ts';
import { readEnv } from '../../files/envFile.ts';
import { type Setting, settingsBy } from '../../files/settings.ts';
import { Secret } from '../../lib/secret.ts';
import type { Found, LocalSetting, Source, SourceFormat } from './source.ts';

interface PairNames {
  readonly id: string;
  readonly secret: string;
  readonly sessionTokens: readonly string[];
  /** Where the endpoint may stand; the first is the one that is added. */
  readonly endpoints: readonly string[];
}

const pairs: readonly PairNames[] = [
  {
    id: 'AWS_ACCESS_KEY_ID',
    secret: 'AWS_SECRET_ACCESS_KEY',
    sessionTokens: ['AWS_SESSION_TOKEN', 'AWS_SECURITY_TOKEN'],
    endpoints: ['AWS_ENDPOINT_URL_S3'],
  },
  ...['NFYIO_', 'NFYIO_S3_'].map((prefix) => ({
    id: `${prefix}ACCESS_KEY_ID`,
    secret: `${prefix}SECRET_ACCESS_KEY`,
    sessionTokens: [],
    endpoints: ['NFYIO_S3_URL', 'NFYIO_S3_ENDPOINT', 'NFYIO_ENDPOINT_URL', 'NFYIO_ENDPOINT'],
  })),
];
const apiUrls = ['NFYIO_API_URL', 'NFYIO_BASE_URL', 'NFYIO_URL'];
const tokenNames: ReadonlySet<string> = new Set(['NFYIO_ACCESS_TOKEN', 'NFYIO_API_TOKEN', 'NFYIO_TOKEN']);

const isToken = ({ key, value }: Setting): boolean =>
  value.startsWith('nfyio_at_') || (tokenNames.has(key) && value !== '');

/** A base URL keeps its path. */
const movedTo =
  (endpoint: string) =>
  (before: string | null): string => {
    const path = before !== null && URL.canParse(before) ? new URL(before).pathname : '/';
    return path === '/' ? endpoint : `${endpoint}${path}`;
  };

const read = (text: string): Source => {
  const file = readEnv(text);
  const found: Found[] = [];
  const skipped: Skipped[] = [];
  const byKey = settingsBy(file.settings, ({ key }) => key);
  const of = (key: string): readonly Setting[] => byKey.get(key) ?? [];
  const firstOf = (keys: readonly string[]): string | null =>
    keys.map((key) => of(key).at(-1)?.value).find((value) => value) ?? null;

  for (const { id, secret, sessionTokens, endpoints } of pairs) {
    const [idValue, secretValue] = [firstOf([id]), firstOf([secret])];
    if (idValue === null && secretValue === null) continue;
    if (idValue === null || secretValue === null) skipped.push({ name: id, because: 'incomplete' });
    else if (firstOf(sessionTokens) !== null) skipped.push({ name: id, because: 'session-token' });
    else
      found.push({
        kind: 'key',
        name: id,
        accessKeyId: idValue,
        secret: Secret.of(secretValue),
        endpoint: firstOf(id.startsWith('AWS_') ? [...endpoints, 'AWS_ENDPOINT_URL'] : endpoints),
        idSettings: of(id),
        secretSettings: of(secret),
      });
  }
  for (const key of new Set(file.settings.filter(isToken).map((setting) => setting.key))) {
    found.push({
      kind: 'token',
      name: key,
      accessKeyId: null,
      secret: Secret.of(firstOf([key]) ?? ''),
      endpoint: firstOf(apiUrls),
      idSettings: [],
      secretSettings: of(key),
    });
  }
  return { file, found, skipped };
};

const localSettings = ({ kind, name }: Found, local: LocalCredential): readonly LocalSetting[] => {
  const keys = kind === 'token' ? apiUrls : (pairs.find(({ id }) => id === name)?.endpoints ?? []);
  return [{ keys, value: movedTo(local.endpoint) }];
};

/** `.env`, with the names that AWS and nfyio use; a token of nfyio is known by its form under any name. */
export const dotenv: SourceFormat = {
  name: 'dotenv',
  recognises: (text) => {
    const { found, skipped } = read(text);
    for (const { secret } of found) secret.wipe();
    return found.length + skipped.length > 0;
  },
  read,
  localSettings,
};
