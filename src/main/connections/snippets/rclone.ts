import { LOCAL_REGION } from '../localKeys.ts';
import { localPair, type SnippetInput, shellQuoted } from './snippetInput.ts';

/** A remote's name may hold letters, digits, `_`, `-` and spaces; it is typed often, so it is kept plain. */
const remoteName = (connectionName: string): string =>
  `nfyio-${connectionName
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')}`.replace(/-$/, '');

/** A section for rclone.conf. */
export const rcloneSnippet = (input: SnippetInput): string => {
  const pair = localPair(input);
  const remote = remoteName(input.connectionName);
  const target = `${remote}:${input.bucket === null ? '' : `${input.bucket}/${input.prefix ?? ''}`}`;
  return [
    '# Put this into rclone.conf (rclone config file), then:',
    `#   rclone lsf ${shellQuoted(target)}`,
    `[${remote}]`,
    'type = s3',
    'provider = Other',
    `endpoint = ${input.local.endpoint}`,
    `region = ${LOCAL_REGION}`,
    ...(pair === null
      ? []
      : [`access_key_id = ${pair.accessKeyId}`, `secret_access_key = ${pair.secretAccessKey}`]),
    'force_path_style = true',
    'no_check_bucket = true',
  ].join('\n');
};
