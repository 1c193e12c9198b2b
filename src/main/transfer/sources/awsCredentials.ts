import { awsDialect } from '../../files/awsFile.ts';
import { readIni } from '../../files/iniFile.ts';
import { type KeyWords, readKeySections, type Section, sectionsOf } from './keySections.ts';
import type { SourceFormat } from './source.ts';

const words: KeyWords = {
  id: 'aws_access_key_id',
  secret: 'aws_secret_access_key',
  sessionTokens: ['aws_session_token', 'aws_security_token'],
};

/** `[name]` in credentials, `[profile name]` in config; other kinds of section hold no profile. */
const profileOf = ({ name }: Section): string | null => {
  if (name === '' || /^(?:sso-session|services)\s/.test(name)) return null;
  return name.replace(/^profile\s+/, '').replace(/^(["'])(.*)\1$/, '$2');
};

const endpointOf = (section: Section): string | null => section.valueOf('endpoint_url') || null;

/** By profile: of `~/.aws/config`, which need not hold any key. */
export const endpointsIn = (text: string): ReadonlyMap<string, string> =>
  new Map(
    sectionsOf(readIni(text, awsDialect)).flatMap((section): [string, string][] => {
      const [profile, endpoint] = [profileOf(section), endpointOf(section)];
      return profile === null || endpoint === null ? [] : [[profile, endpoint]];
    }),
  );

/** `~/.aws/credentials`, and `~/.aws/config` where keys are kept in it. */
export const awsCredentials: SourceFormat = {
  name: 'aws',
  recognises: (text) =>
    /^\s*aws_(?:access_key_id|secret_access_key)\s*[=:]/im.test(text) && /^\s*\[/m.test(text),
  read: (text) => readKeySections(readIni(text, awsDialect), words, profileOf, endpointOf),
  localSettings: (_, local) => [{ keys: ['endpoint_url'], value: () => local.endpoint }],
};
