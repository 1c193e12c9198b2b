import { LOCAL_REGION } from '../localKeys.ts';
import { type SnippetInput, shellQuoted } from './snippetInput.ts';

const s3Url = ({ local, bucket, prefix }: SnippetInput): string => {
  if (bucket === null) return `${local.endpoint}/`;
  const narrowed = prefix === null ? '' : `&prefix=${encodeURIComponent(prefix)}`;
  return `${local.endpoint}/${bucket}?list-type=2${narrowed}`;
};

export const curlSnippet = (input: SnippetInput): string => {
  const { local } = input;
  switch (local.kind) {
    case 'open':
      return `curl ${shellQuoted(input.connectionKind === 's3' ? s3Url(input) : `${local.endpoint}${input.apiPath}`)}`;
    case 's3':
      return [
        `curl --aws-sigv4 ${shellQuoted(`aws:amz:${LOCAL_REGION}:s3`)} \\`,
        `  --user ${shellQuoted(`${local.accessKeyId}:${local.secretAccessKey}`)} \\`,
        `  ${shellQuoted(s3Url(input))}`,
      ].join('\n');
    case 'api':
      return [
        `curl --header ${shellQuoted(`Authorization: Bearer ${local.token}`)} \\`,
        `  ${shellQuoted(`${local.endpoint}${input.apiPath}`)}`,
        '',
        '# For a tool that can be given nothing but a base URL:',
        `curl ${shellQuoted(`${local.baseUrl}${input.apiPath}`)}`,
      ].join('\n');
  }
};
