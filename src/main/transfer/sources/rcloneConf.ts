import { type IniDialect, readIni } from '../../files/iniFile.ts';
import { type KeyWords, readKeySections } from './keySections.ts';
import type { SourceFormat } from './source.ts';

const dialect: IniDialect = {
  separator: '=:',
  hasInlineComments: false,
  hasContinuations: false,
  foldsCase: false,
};
const words: KeyWords = {
  id: 'access_key_id',
  secret: 'secret_access_key',
  sessionTokens: ['session_token'],
};

/** The remotes of `rclone.conf` for S3. What rclone obscures (passwords of other kinds of remote) is left alone. */
export const rcloneConf: SourceFormat = {
  name: 'rclone',
  recognises: (text) => /^\s*\[/m.test(text) && /^\s*type\s*=\s*\w/m.test(text),
  read: (text) =>
    readKeySections(
      readIni(text, dialect),
      words,
      (section) => (section.valueOf('type') === 's3' ? section.name : null),
      (section) => section.valueOf('endpoint'),
    ),
  // Another provider may mean buckets as host names, which a loopback address cannot carry.
  localSettings: (_, local) => [
    { keys: ['endpoint'], value: () => local.endpoint },
    { keys: ['provider'], value: () => 'Other' },
    { keys: ['force_path_style'], value: () => 'true', isOnlyCorrected: true },
    { keys: ['v2_auth'], value: () => 'false', isOnlyCorrected: true },
  ],
};
