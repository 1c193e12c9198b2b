import { type Draft, line, setLine } from './draft.ts';
import { anyLine, insertLine, type Mutator } from './mutator.ts';

const nominees = [
  'close',
  'keep-alive',
  'authorization',
  'host',
  'content-length',
  'transfer-encoding',
  'x-amz-date',
  'x-amz-content-sha256',
  'cookie',
  'x-mark',
  'te',
  'upgrade',
  'X-Mark, close',
  'close, close',
  '',
  ',',
  ' , ',
  'x y',
  'x\x00',
  'proxy-authorization',
  'expect',
  'content-type',
  'x-amz-meta-a',
  '\xe9',
];
const hosts = (draft: Draft): string[] => [
  'evil.test',
  '',
  ' ',
  `127.0.0.1:${draft.port}.`,
  `127.0.0.1:${draft.port},evil`,
  `a@127.0.0.1:${draft.port}`,
  '127.0.0.1',
  '127.1',
  `0.0.0.0:${draft.port}`,
  `LOCALHOST:${draft.port}`,
  `localhost:${draft.port}`,
  `localhost.:${draft.port}`,
  `[::1]:${draft.port}`,
  `127.0.0.1:0${draft.port}`,
  `127.0.0.1:${draft.port} `,
  `x.localhost:${draft.port}`,
  `2130706433:${draft.port}`,
  `127.0.0.1:${draft.port}/`,
  `127.0.0.1:${draft.port}#`,
  `bucket.localhost:${draft.port}`,
];

export const hopMutators: readonly Mutator[] = [
  function connection(draft, random) {
    insertLine(draft, random, line('Connection', random.pick(nominees)));
  },
  function connectionOfOwn(draft, random) {
    insertLine(draft, random, line('Connection', anyLine(draft, random).name));
  },
  function upgrade(draft, random) {
    insertLine(
      draft,
      random,
      line('Upgrade', random.pick(['websocket', 'h2c', 'TLS/1.0', 'HTTP/2.0', '', 'foo, bar'])),
    );
    if (random.chance(0.7))
      insertLine(
        draft,
        random,
        line('Connection', random.pick(['Upgrade', 'upgrade, HTTP2-Settings', 'keep-alive, Upgrade'])),
      );
    if (random.chance(0.3)) insertLine(draft, random, line('HTTP2-Settings', 'AAMAAABkAAQAAP__'));
  },
  function expectation(draft, random) {
    insertLine(
      draft,
      random,
      line(
        'Expect',
        random.pick([
          '100-continue',
          '100-Continue',
          '200-ok',
          'y 100-continue',
          '100-continue, x',
          '',
          '100-continue\t',
          '100 continue',
        ]),
      ),
    );
  },
  function rerouting(draft, random) {
    const name = random.pick([
      'X-Forwarded-Host',
      'X-Forwarded-For',
      'Forwarded',
      'X-Original-URL',
      'X-Rewrite-URL',
      'X-HTTP-Method-Override',
      'X-Real-IP',
      'Via',
      'X_Forwarded_Host',
      'Proxy-Connection',
      'Proxy-Authorization',
      'Keep-Alive',
      'TE',
      'X-Forwarded-Proto',
      'X-Host',
      'True-Client-IP',
      'X-Method-Override',
    ]);
    insertLine(
      draft,
      random,
      line(
        name,
        random.pick([
          'evil.test',
          '127.0.0.1',
          '/admin',
          'DELETE',
          'host=evil.test',
          'trailers',
          'Basic eDp5',
        ]),
      ),
    );
  },
  function host(draft, random) {
    setLine(draft, 'Host', random.pick(hosts(draft)));
  },
  function secondHost(draft, random) {
    insertLine(draft, random, line('Host', random.pick([`127.0.0.1:${draft.port}`, ...hosts(draft)])));
  },
  function browser(draft, random) {
    const [name, value] = random.pick([
      ['Origin', 'null'],
      ['Origin', 'http://evil.test'],
      ['Sec-Fetch-Site', 'cross-site'],
      ['Sec-Fetch-Dest', 'image'],
      ['Referer', 'http://evil.test/'],
      ['Sec-Fetch-Mode', 'cors'],
      ['Access-Control-Request-Method', 'PUT'],
    ] as const);
    insertLine(draft, random, line(name, value));
  },
  function secondCredential(draft, random) {
    const { localToken, localAccessKeyId } = draft.lane;
    const [name, value] = random.pick([
      ['Authorization', `Bearer ${localToken}`],
      ['Authorization', 'Bearer x'],
      ['Authorization', 'Basic eDp5'],
      ['Proxy-Authorization', `Bearer ${localToken}`],
      ['Cookie', `t=${localToken}`],
      ['X-Api-Key', localToken],
      ['X-Amz-Security-Token', localToken],
      ['X-Amz-Date', '20261123T120000Z'],
      ['Authorization', `AWS ${localAccessKeyId}:sig`],
      ['authorization', `AWS4-HMAC-SHA256 Credential=${localAccessKeyId}/x, SignedHeaders=host, Signature=0`],
    ] as const);
    insertLine(draft, random, line(name, value));
  },
];
