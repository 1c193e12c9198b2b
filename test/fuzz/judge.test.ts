import { describe, expect, it } from 'vitest';
import type { Attack } from './attack.ts';
import type { ArrivedRequest } from './byteUpstream.ts';
import { judgeLane, judgeReplies } from './judge.ts';
import { type Lane, lanes } from './lanes.ts';
import type { SentRecord } from './startedProxy.ts';
import { readRequests } from './strictHttp.ts';

const lane = lanes[0] as Lane;
const sentBytes = 'POST /api/a HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi';
const okReply = 'HTTP/1.1 200 OK\r\nX-From: upstream\r\nContent-Length: 2\r\n\r\nok';

const attackOf = (bytes: string, received = okReply): Attack => ({
  hostile: { index: 0, kind: 'api', lane, mutations: [], bytes, pieces: [bytes] },
  sent: readRequests(bytes),
  received,
  isHung: false,
});

const arrivedOf = (bytes: string): ArrivedRequest[] =>
  readRequests(bytes).requests.map((request) => ({ ...request, lane: 0, headBytes: bytes }));

const record: SentRecord = {
  lane: 0,
  kind: 'api',
  method: 'POST',
  path: '/api/a',
  status: 200,
  refusal: null,
  bytesIn: 2,
};

describe('the judge of the attack', () => {
  it('has nothing against a request that is passed on as it was sent', () => {
    expect(judgeReplies(attackOf(sentBytes))).toEqual([]);
    expect(judgeLane([attackOf(sentBytes)], arrivedOf(sentBytes), [record])).toEqual([]);
  });

  it.each([
    ['one more request', `${sentBytes}GET /api/hidden HTTP/1.1\r\nHost: h\r\n\r\n`],
    ['another path', sentBytes.replace('/api/a', '/api/b')],
    ['another method', sentBytes.replace('POST', 'PUT')],
    ['a longer body', sentBytes.replace('Length: 2\r\n\r\nhi', 'Length: 3\r\n\r\nhi!')],
    ['another body', sentBytes.replace('hi', 'ho')],
    ['a local token', sentBytes.replace('Host: h', `Host: h\r\nX: ${lane.localToken}`)],
    ['a header of the hop', sentBytes.replace('Host: h', 'Host: h\r\nTE: trailers')],
    ['two hosts', sentBytes.replace('Host: h', 'Host: h\r\nHost: h')],
  ])('sees %s arrive', (_, arrived) => {
    expect(judgeLane([attackOf(sentBytes)], arrivedOf(arrived), [record])).not.toEqual([]);
  });

  it('sees that a record has no request, and a request no record', () => {
    expect(judgeLane([attackOf(sentBytes)], [], [record])).toHaveLength(1);
    expect(judgeLane([attackOf(sentBytes)], arrivedOf(sentBytes), [])).toHaveLength(1);
  });

  it.each([
    ['the real token', okReply.replace('ok', lane.realToken.slice(0, 2)) + lane.realToken],
    ['a base64 of it', `${okReply.slice(0, -2)}${Buffer.from(lane.realToken).toString('base64')}`],
    ['what was sent', okReply.replace('OK', 'zqMARKq0a')],
    ['a second reply', okReply + okReply],
    ['no reply', ''],
    ['a foreign refusal', 'HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n'],
    ['something that is no HTTP', 'oops'],
  ])('sees %s come back', (_, received) => {
    expect(judgeReplies(attackOf(sentBytes, received))).not.toEqual([]);
  });
});
