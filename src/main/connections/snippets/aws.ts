import { LOCAL_REGION } from '../localKeys.ts';
import { localPair, type SnippetInput, shellQuoted } from './snippetInput.ts';

/** `--endpoint-url` rather than an environment variable: AWS CLI before 2.13 does not know that. */
export const awsSnippet = (input: SnippetInput): string => {
  const pair = localPair(input);
  const unsigned = pair === null ? ' --no-sign-request' : '';
  const target = input.bucket === null ? '' : ` ${shellQuoted(`s3://${input.bucket}/${input.prefix ?? ''}`)}`;
  const command = [
    `aws${unsigned} --endpoint-url ${input.local.endpoint} \\`,
    `  --region ${LOCAL_REGION} s3 ls${target}`,
  ].join('\n');
  if (pair === null) return command;
  return [
    `export AWS_ACCESS_KEY_ID=${shellQuoted(pair.accessKeyId)}`,
    `export AWS_SECRET_ACCESS_KEY=${shellQuoted(pair.secretAccessKey)}`,
    command,
  ].join('\n');
};
