import type { SnippetTool } from '../../../shared/contract/connections.ts';
import { AppError } from '../../lib/appError.ts';
import { awsSnippet } from './aws.ts';
import { boto3Snippet } from './boto3.ts';
import { curlSnippet } from './curl.ts';
import { envSnippet } from './env.ts';
import { jsSnippet } from './js.ts';
import { rcloneSnippet } from './rclone.ts';
import { s3cmdSnippet } from './s3cmd.ts';
import type { SnippetInput } from './snippetInput.ts';

const snippets: Readonly<Record<SnippetTool, (input: SnippetInput) => string>> = {
  aws: awsSnippet,
  boto3: boto3Snippet,
  js: jsSnippet,
  rclone: rcloneSnippet,
  s3cmd: s3cmdSnippet,
  curl: curlSnippet,
  env: envSnippet,
};

const apiTools: readonly SnippetTool[] = ['curl', 'env'];

/** Ready to paste and run. @throws AppError INVALID_INPUT for a storage tool on a REST connection */
export const snippet = (tool: SnippetTool, input: SnippetInput): string => {
  if (input.connectionKind === 'api' && !apiTools.includes(tool)) {
    throw new AppError('INVALID_INPUT', {
      detail: `${tool} is for connections of kind s3; this one is for the REST API.`,
      hint: `Ask for ${apiTools.join(' or ')}.`,
    });
  }
  return `${snippets[tool](input)}\n`;
};
