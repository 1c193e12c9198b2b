import { formatAmzDate } from '../../src/main/sigv4/amzDate.ts';
import { deriveSigningKey } from '../../src/main/sigv4/signingKey.ts';
import { signRequest } from '../../src/main/sigv4/signRequest.ts';
import { ATTACK_TIME_MS, type Lane } from './lanes.ts';
import type { SeededRandom } from './seededRandom.ts';

export interface Line {
  name: string;
  /** Between the name and the value. */
  separator: string;
  value: string;
  end: string;
}

/** A request in the making, open to every kind of damage. */
export interface Draft {
  readonly kind: 's3' | 'api';
  readonly lane: Lane;
  readonly port: number;
  /** What no reply of the proxy may repeat. */
  readonly marker: string;
  readonly authorityOf: 'header' | 'path';
  /** Before the request line. */
  prelude: string;
  method: string;
  target: string;
  version: string;
  /** Between the parts of the request line, and after it. */
  requestLineGaps: [string, string, string];
  lines: Line[];
  /** As it goes over the wire, framing and all. */
  body: string;
  /** Sent right behind, on the same connection. */
  next: Draft | null;
}

export const MARKER = 'zqMARKq';

export const line = (name: string, value: string): Line => ({ name, separator: ': ', value, end: '\r\n' });

export const linesNamed = (draft: Draft, name: string): Line[] =>
  draft.lines.filter((each) => each.name.toLowerCase() === name);

export const setLine = (draft: Draft, name: string, value: string): void => {
  const [known] = linesNamed(draft, name.toLowerCase());
  if (known === undefined) draft.lines.push(line(name, value));
  else known.value = value;
};

export const removeLines = (draft: Draft, name: string): void => {
  draft.lines = draft.lines.filter((each) => each.name.toLowerCase() !== name);
};

const chunked = (random: SeededRandom, text: string): string => {
  const cut = random.below(text.length + 1);
  const chunks = [text.slice(0, cut), text.slice(cut)].filter((chunk) => chunk !== '');
  return `${chunks.map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`).join('')}0\r\n\r\n`;
};

const bodyText = (random: SeededRandom, marker: string): string =>
  `{"${marker}":"${'b'.repeat(random.below(40))}"}`;

/** An ordinary request that the proxy would forward. */
export const soundDraft = (
  random: SeededRandom,
  place: Pick<Draft, 'kind' | 'lane' | 'port' | 'marker'>,
): Draft => {
  const { kind, lane, port, marker } = place;
  const authorityOf = kind === 'api' && random.chance(0.25) ? 'path' : 'header';
  const word = random.chance(0.15) ? 'echo' : 'item';
  const prefix = kind === 's3' ? '/bucket' : authorityOf === 'path' ? `/~${lane.localToken}/api` : '/api';
  const draft: Draft = {
    ...place,
    authorityOf,
    prelude: '',
    method: random.pick(
      kind === 's3' ? ['GET', 'PUT', 'HEAD', 'DELETE'] : ['GET', 'POST', 'PUT', 'HEAD', 'PATCH'],
    ),
    target: `${prefix}/${marker}/${word}${random.chance(0.3) ? `?q=${marker}` : ''}`,
    version: 'HTTP/1.1',
    requestLineGaps: [' ', ' ', '\r\n'],
    lines: [line('Host', `127.0.0.1:${port}`), line('X-Mark', marker), line('Accept', '*/*')],
    body: '',
    next: null,
  };
  if (kind === 'api' && authorityOf === 'header')
    draft.lines.push(line('Authorization', `Bearer ${lane.localToken}`));
  if (random.chance(0.7)) draft.lines.push(line('Connection', 'close'));
  if (['POST', 'PUT', 'PATCH'].includes(draft.method)) giveBody(draft, random);
  return draft;
};

const giveBody = (draft: Draft, random: SeededRandom): void => {
  const text = bodyText(random, draft.marker);
  if (draft.kind === 's3' && random.chance(0.3)) {
    draft.body = chunked(random, text);
    draft.lines.push(
      line('Content-Encoding', 'aws-chunked'),
      line('x-amz-decoded-content-length', String(text.length)),
      line('Content-Length', String(draft.body.length)),
    );
    return;
  }
  const isChunked = random.chance(0.4);
  draft.body = isChunked ? chunked(random, text) : text;
  draft.lines.push(
    isChunked ? line('Transfer-Encoding', 'chunked') : line('Content-Length', String(text.length)),
  );
};

/**
 * Signs what the draft has become, reading it as the proxy does, so that no mutation is stopped by its signature:
 * everything behind the verification is put to the test.
 */
export const signDraft = (draft: Draft): void => {
  if (draft.kind !== 's3') return;
  const { lane } = draft;
  const originForm = draft.target.replace(/^http:\/\/[^/?#]*/i, '');
  const [rawPath = '', ...query] = originForm.split('?');
  const amzDate = formatAmzDate(ATTACK_TIME_MS);
  const added = signRequest(
    {
      method: draft.method,
      rawPath,
      rawQuery: query.join('?'),
      headers: draft.lines.map(({ name, value }) => [name, value] as const),
    },
    {
      accessKeyId: lane.localAccessKeyId,
      signingKey: deriveSigningKey(lane.localSecretKey, amzDate.slice(0, 8), 'us-east-1', 's3'),
      region: 'us-east-1',
      service: 's3',
      amzDate,
      payloadHash:
        linesNamed(draft, 'content-encoding').length > 0
          ? 'STREAMING-UNSIGNED-PAYLOAD-TRAILER'
          : 'UNSIGNED-PAYLOAD',
    },
  );
  draft.lines.push(...added.map(([name, value]) => line(name, value)));
};

export const bytesOf = (draft: Draft): string => {
  const [afterMethod, afterTarget, afterVersion] = draft.requestLineGaps;
  const head = draft.lines.map(({ name, separator, value, end }) => name + separator + value + end).join('');
  const rest = draft.next === null ? '' : bytesOf(draft.next);
  return `${draft.prelude}${draft.method}${afterMethod}${draft.target}${afterTarget}${draft.version}${afterVersion}${head}\r\n${draft.body}${rest}`;
};
