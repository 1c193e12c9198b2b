import { encodings } from '../helpers/canary.ts';
import type { Attack } from './attack.ts';
import type { ArrivedRequest } from './byteUpstream.ts';
import { MARKER } from './draft.ts';
import { localCanaries, realCanaries } from './lanes.ts';
import { finalReplies, isFromUpstream, isOwnForm, readReplies } from './replies.ts';
import type { SentRecord } from './startedProxy.ts';
import { readChunks, type StrictRequest } from './strictHttp.ts';

const needlesOf = (secrets: Readonly<Record<string, string>>): readonly (readonly [string, string])[] =>
  Object.entries(secrets).flatMap(([which, secret]) =>
    Object.entries(encodings(secret)).map(
      ([encoding, bytes]) => [`${which} as ${encoding}`, bytes.toString('latin1')] as const,
    ),
  );

const realNeedles = needlesOf(realCanaries);
const localNeedles = needlesOf(localCanaries);

const found = (needles: readonly (readonly [string, string])[], text: string): string[] =>
  needles.filter(([, needle]) => text.includes(needle)).map(([which]) => which);

/** What is wrong with what came back to the client. */
export const judgeReplies = ({ hostile, sent, received, isHung }: Attack): string[] => {
  const problems: string[] = [];
  if (isHung) problems.push('the connection hangs');
  problems.push(...found(realNeedles, received).map((which) => `the reply has the ${which}`));
  if (received.includes(MARKER)) problems.push('the reply repeats the request');
  const replies = readReplies(received);
  if (replies === null) return [...problems, 'the reply is no HTTP'];
  const answers = finalReplies(replies);
  if (answers.some((reply) => !isFromUpstream(reply) && !isOwnForm(reply, hostile.kind)))
    problems.push('a refusal is not in our form');
  const most = sent.requests.length + (sent.end === 'clean' ? 0 : 1);
  if (answers.length > most) problems.push(`${answers.length} replies to ${most} requests`);
  if (sent.end === 'clean' && sent.requests.length > 0 && answers.length === 0)
    problems.push('a whole request has no reply');
  return problems;
};

/** What reached the upstream in the name of one lane, against what its clients sent and what the proxy says. */
export const judgeLane = (
  attacks: readonly Attack[],
  arrived: readonly ArrivedRequest[],
  records: readonly SentRecord[],
): string[] => {
  const problems: string[] = [];
  const sent = attacks.flatMap((each) => each.sent.requests.map((request) => ({ ...each, request })));
  const recorded = [...records];
  for (const request of arrived) {
    const name = `${request.method} ${JSON.stringify(request.target.slice(0, 200))}`;
    problems.push(...found(localNeedles, request.headBytes).map((which) => `${name} carries the ${which}`));
    problems.push(...hopByHop(request).map((header) => `${name} carries ${header}`));
    const source = sent.findIndex((each) => isMadeOf(request, each.hostile.kind, each.request));
    if (source === -1) problems.push(`${name} was sent by no client`);
    else sent.splice(source, 1);
    const isOfSamePlace = ({ method, path }: SentRecord): boolean =>
      method === request.method && path === pathOf(request.target).slice(0, 2048);
    // The record of a refusal may be of another request, which did not get as far.
    const likely = [
      (record: SentRecord) =>
        record.refusal === null && request.isComplete && isRecordedLength(record, request),
      (record: SentRecord) => record.refusal !== null,
      () => !request.isComplete,
    ];
    const line = likely
      .map((fits) => recorded.findIndex((record) => isOfSamePlace(record) && fits(record)))
      .find((index) => index !== -1);
    if (line === undefined) problems.push(`${name} is in no record`);
    else recorded.splice(line, 1);
  }
  // A tool that went away, or a body that turned out wrong, may or may not have been passed on by then.
  const missing = recorded.filter(({ refusal, status }) => refusal === null && status !== 499);
  return [
    ...problems,
    ...missing.map(
      ({ method, path, status }) => `${method} ${path} is recorded with ${status} and did not arrive`,
    ),
    ...recorded.filter(({ refusal }) => refusal === 'INTERNAL').map(({ path }) => `a bug met ${path}`),
  ];
};

/** As activity shows it: without anything that looks like a credential. */
const pathOf = (target: string): string =>
  (target.split('?')[0] ?? '').replace(/nfyio(?:_|%5f)(?:lt|at)(?:_|%5f)[^/]*/gi, '[redacted]');

/** The body on its way in has the length of the one that goes out, or more: chunk framing is taken off. */
const isRecordedLength = ({ kind, bytesIn }: SentRecord, { body }: ArrivedRequest): boolean =>
  kind === 'api' ? bytesIn === body.length : bytesIn >= body.length;

/** An expectation is the proxy's own, in the one form there is: it asks before it sends a body. */
const isOwnExpectation = (name: string, value: string): boolean =>
  name === 'expect' && value === '100-continue';

const hopByHop = ({ headers }: StrictRequest): string[] =>
  headers
    .filter(([name, value]) => !isOwnExpectation(name, value))
    .map(([name]) => name)
    .filter(
      (name) =>
        /^(?:te|trailer|upgrade|keep-alive|expect|cookie|forwarded|via|x-forwarded-.*|proxy-.*|.*_.*)$/.test(
          name,
        ) ||
        headers.filter(([other]) => other === name && /^(?:host|authorization|expect)$/.test(name)).length >
          1,
    );

/** Whether the proxy could have made the one of the other by nothing but its documented changes. */
const isMadeOf = (arrived: StrictRequest, kind: 's3' | 'api', sent: StrictRequest): boolean => {
  if (arrived.method !== sent.method || arrived.target !== forwardedTarget(kind, sent)) return false;
  const from = contentOf(kind, sent);
  const into = contentOf(kind, arrived);
  return into.isWhole ? from.isWhole && into.text === from.text : from.text.startsWith(into.text);
};

interface Content {
  readonly text: string;
  readonly isWhole: boolean;
}

/** What an upload holds. Its `aws-chunked` framing may be taken off or made anew on the way. */
const contentOf = (kind: 's3' | 'api', request: StrictRequest): Content => {
  if (kind === 'api' || !isAwsChunked(request)) return { text: request.body, isWhole: request.isComplete };
  const chunks = readChunks(request.body, 0);
  const isExact = chunks.kind === 'read' && chunks.endAt === request.body.length;
  return { text: chunks.value, isWhole: request.isComplete && isExact };
};

const isAwsChunked = ({ headers }: StrictRequest): boolean =>
  headers.some(
    ([name, value]) =>
      (name === 'content-encoding' && /(?:^|[ ,])aws-chunked(?:$|[ ,])/i.test(value)) ||
      (name === 'x-amz-content-sha256' && value.startsWith('STREAMING-')),
  );

const decodedName = (pair: string): string =>
  (pair.split('=')[0] ?? '').replace(/%([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(Number(`0x${hex}`)));

const forwardedTarget = (kind: 's3' | 'api', { target, headers }: StrictRequest): string => {
  const [, host = ''] = headers.find(([name]) => name === 'host') ?? [];
  const [, bucket] = /^(.+)\.localhost:\d+$/i.exec(host) ?? [];
  const originForm = target.replace(/^http:\/\/[^/?#]*(?=[/?]|$)/i, '').replace(/^(?=\?|$)/, '/');
  const [path = '', ...rest] = originForm.split('?');
  const plainPath =
    kind === 'api'
      ? path.replace(/^\/(?:~|%7e)[^/]*/i, '')
      : bucket === undefined
        ? path
        : `/${bucket}${path === '' ? '/' : path}`;
  const query = rest
    .join('?')
    .split('&')
    .filter(
      (pair) =>
        !/^(?:x-amz-(?:signature|credential|security-token)|awsaccesskeyid)$/i.test(decodedName(pair)),
    )
    .join('&');
  return (plainPath === '' ? '/' : plainPath) + (query === '' ? '' : `?${query}`);
};
