import { LOCAL_REGION } from '../localKeys.ts';
import { localPair, type SnippetInput, shellQuoted } from './snippetInput.ts';

/** A configuration file of its own, so that the person's ~/.s3cfg stays as it is. */
export const s3cmdSnippet = (input: SnippetInput): string => {
  // s3cmd signs always; an open port takes any pair and drops the signature.
  const pair = localPair(input) ?? { accessKeyId: 'open', secretAccessKey: 'open' };
  const { host } = new URL(input.local.endpoint);
  const target = input.bucket === null ? '' : ` ${shellQuoted(`s3://${input.bucket}/${input.prefix ?? ''}`)}`;
  return [
    '# Save this as nfyio.s3cfg, then:',
    `#   s3cmd -c nfyio.s3cfg ls${target}`,
    '[default]',
    `access_key = ${pair.accessKeyId}`,
    `secret_key = ${pair.secretAccessKey}`,
    `host_base = ${host}`,
    `host_bucket = ${host}`,
    `bucket_location = ${LOCAL_REGION}`,
    'use_https = False',
    'signature_v2 = False',
  ].join('\n');
};
