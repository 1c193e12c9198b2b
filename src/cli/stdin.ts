import { AppError } from '../main/lib/appError.ts';
import { requireNoToken, withoutFinalLineBreak } from '../main/lib/secretShape.ts';
import { askHidden, isTerminal } from './terminal.ts';

const MAX_INPUT_BYTES = 65_536;

const readAll = async (): Promise<string> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of process.stdin) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > MAX_INPUT_BYTES) throw new AppError('INVALID_INPUT', { detail: 'stdin carries too much.' });
  }
  return Buffer.concat(chunks).toString('utf8');
};

/** A secret piped in, or asked for where stdin is a terminal. */
export const readSecret = async (what: string, example: string): Promise<string> => {
  const secret = isTerminal() ? await askHidden(what) : withoutFinalLineBreak(await readAll());
  if (secret === '') {
    throw new AppError('INVALID_INPUT', {
      detail: `${what}: nothing came in.`,
      hint: `Give it on stdin, e.g. \`nfyio-vault ${example}\`.`,
    });
  }
  return secret;
};

export interface KeyPair {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

const expectedPair = 'Give {"accessKeyId":"…","secretAccessKey":"…"} on stdin.';

/** The text itself never becomes part of a message: it holds a secret. */
const parseKeyPair = (text: string): KeyPair => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    requireNoToken(text.trim());
    throw new AppError('INVALID_INPUT', { detail: 'stdin is not well-formed JSON.', hint: expectedPair });
  }
  const { accessKeyId, secretAccessKey } = (value ?? {}) as Partial<Record<keyof KeyPair, unknown>>;
  if (typeof accessKeyId !== 'string' || typeof secretAccessKey !== 'string') {
    throw new AppError('INVALID_INPUT', {
      detail: 'stdin lacks "accessKeyId" or "secretAccessKey".',
      hint: expectedPair,
    });
  }
  return { accessKeyId, secretAccessKey };
};

/** A key pair as JSON on stdin, or asked for where stdin is a terminal. */
export const readKeyPair = async (): Promise<KeyPair> =>
  isTerminal()
    ? {
        accessKeyId: await askHidden('Access key id'),
        secretAccessKey: await askHidden('Secret access key'),
      }
    : parseKeyPair(await readAll());
