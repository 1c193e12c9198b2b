import { type IniDialect, readIni } from '../../files/iniFile.ts';
import { type KeyWords, readKeySections, type Section } from './keySections.ts';
import type { SourceFormat } from './source.ts';

const dialect: IniDialect = {
  separator: '=',
  hasInlineComments: false,
  hasContinuations: false,
  foldsCase: false,
};
const words: KeyWords = { id: 'access_key', secret: 'secret_key', sessionTokens: ['access_token'] };

const endpointOf = (section: Section): string | null => {
  const host = section.valueOf('host_base');
  if (!host) return null;
  return `${/^(?:false|no|off|0)$/i.test(section.valueOf('use_https') ?? '') ? 'http' : 'https'}://${host}`;
};

/** `.s3cfg` of s3cmd. */
export const s3cfg: SourceFormat = {
  name: 's3cfg',
  recognises: (text) => /^\s*\[/m.test(text) && /^\s*secret_key\s*=/m.test(text),
  read: (text) =>
    readKeySections(
      readIni(text, dialect),
      words,
      ({ name }) => (name === 'default' ? 's3cfg' : name),
      endpointOf,
    ),
  localSettings: (_, local) => {
    const { host } = new URL(local.endpoint);
    return [
      { keys: ['host_base'], value: () => host },
      { keys: ['host_bucket'], value: () => host },
      { keys: ['use_https'], value: () => 'False' },
      { keys: ['signature_v2'], value: () => 'False', isOnlyCorrected: true },
    ];
  },
};
