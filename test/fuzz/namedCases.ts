import { type Draft, line, removeLines, setLine } from './draft.ts';
import { smuggled } from './mutator.ts';

/** One hostile request: a sound one with a valid credential, and what is done to it before it is signed. */
export interface NamedCase {
  readonly name: string;
  readonly damage: (draft: Draft) => void;
}

const add = (draft: Draft, name: string, value: string): void => {
  draft.lines.push(line(name, value));
};

const setHost = (of: (draft: Draft) => string) => (draft: Draft) => setLine(draft, 'Host', of(draft));

const setTarget = (of: (draft: Draft) => string) => (draft: Draft) => {
  draft.target = of(draft);
};

const inPath = (piece: string) => (draft: Draft) => {
  draft.target = draft.target.replace(/\/item$/, `${piece}item`);
};

const setMethod = (method: string) => (draft: Draft) => {
  draft.method = method;
};

const setVersion = (version: string) => (draft: Draft) => {
  draft.version = version;
};

/** With a body and the headers that announce it, well or badly. */
const put = (body: string, ...headers: readonly (readonly [name: string, value: string])[]) => {
  return (draft: Draft): void => {
    draft.method = 'PUT';
    draft.body = body;
    for (const [name, value] of headers) add(draft, name, value);
  };
};

const chunks = (body: string) => put(body, ['Transfer-Encoding', 'chunked']);

const addHeader = (name: string, value: string) => (draft: Draft) => add(draft, name, value);

/** No client has a reason to send these. The proxy refuses every one of them, on both listeners. */
export const refusedCases: readonly NamedCase[] = [
  { name: 'two hosts', damage: addHeader('Host', 'evil.test') },
  { name: 'the same host twice', damage: (draft) => add(draft, 'Host', `127.0.0.1:${draft.port}`) },
  { name: 'a foreign host', damage: setHost(() => 'evil.test') },
  { name: 'no host', damage: (draft) => removeLines(draft, 'host') },
  {
    name: 'no host in HTTP/1.0',
    damage: (draft) => {
      removeLines(draft, 'host');
      draft.version = 'HTTP/1.0';
    },
  },
  { name: 'an empty host', damage: setHost(() => '') },
  { name: 'a host with a user', damage: setHost(({ port }) => `evil@127.0.0.1:${port}`) },
  { name: 'a list of hosts', damage: setHost(({ port }) => `127.0.0.1:${port}, evil.test`) },
  { name: 'HTTP/2.0', damage: setVersion('HTTP/2.0') },
  { name: 'HTTP/1.2', damage: setVersion('HTTP/1.2') },
  {
    name: 'no version',
    damage: (draft) => Object.assign(draft, { version: '', requestLineGaps: [' ', '', '\r\n'] }),
  },
  {
    name: 'the preface of HTTP/2',
    damage: (draft) => Object.assign(draft, { method: 'PRI', target: '*', version: 'HTTP/2.0' }),
  },
  { name: 'a foreign absolute form', damage: setTarget(({ target }) => `http://evil.test${target}`) },
  { name: 'the metadata service', damage: setTarget(() => 'http://169.254.169.254/latest/meta-data') },
  {
    name: 'an absolute form with a user',
    damage: setTarget(({ port, target }) => `http://evil@127.0.0.1:${port}${target}`),
  },
  {
    name: 'an absolute form in https',
    damage: setTarget(({ port, target }) => `https://127.0.0.1:${port}${target}`),
  },
  { name: 'an authority for a target', damage: setTarget(() => 'evil.test:443') },
  { name: 'an asterisk for a target', damage: setTarget(() => '*') },
  {
    name: 'CONNECT',
    damage: (draft) => Object.assign(draft, { method: 'CONNECT', target: 'evil.test:443' }),
  },
  { name: 'two slashes and a host for a path', damage: setTarget(() => '//evil.test/a') },
  { name: 'a fragment', damage: inPath('/a#b/') },
  { name: 'a raw byte in the path', damage: inPath('/\xe9/') },
  { name: 'a percent sign without digits', damage: inPath('/%zz/') },
  { name: 'TRACE', damage: setMethod('TRACE') },
  { name: 'TRACK', damage: setMethod('TRACK') },
  { name: 'PROPFIND', damage: setMethod('PROPFIND') },
  { name: 'OPTIONS', damage: setMethod('OPTIONS') },
  { name: 'a method in lower case', damage: setMethod('get') },
  {
    name: 'a length and chunks',
    damage: put('0\r\n\r\n', ['Content-Length', '5'], ['Transfer-Encoding', 'chunked']),
  },
  { name: 'two lengths', damage: put('hello', ['Content-Length', '5'], ['Content-Length', '6']) },
  { name: 'the same length twice', damage: put('hello', ['Content-Length', '5'], ['Content-Length', '5']) },
  { name: 'a length with a sign', damage: put('hello', ['Content-Length', '+5']) },
  { name: 'a list of lengths', damage: put('hello', ['Content-Length', '5, 5']) },
  { name: 'gzip before chunked', damage: put('0\r\n\r\n', ['Transfer-Encoding', 'gzip, chunked']) },
  {
    name: 'chunked twice',
    damage: put('0\r\n\r\n', ['Transfer-Encoding', 'chunked'], ['Transfer-Encoding', 'chunked']),
  },
  { name: 'chunked before something', damage: put('0\r\n\r\n', ['Transfer-Encoding', 'chunked, x']) },
  { name: 'chunked with a vertical tab', damage: put('0\r\n\r\n', ['Transfer-Encoding', '\x0bchunked']) },
  { name: 'identity for a coding', damage: put('', ['Transfer-Encoding', 'identity']) },
  {
    name: 'chunks in HTTP/1.0',
    damage: (draft) => {
      chunks('0\r\n\r\n')(draft);
      draft.version = 'HTTP/1.0';
    },
  },
  { name: 'a chunk size with a prefix', damage: chunks('0x5\r\nhello\r\n0\r\n\r\n') },
  { name: 'a chunk longer than its size', damage: chunks('4\r\nhello\r\n0\r\n\r\n') },
  { name: 'a chunk that ends in a bare line feed', damage: chunks('5\r\nhello\n0\r\n\r\n') },
  { name: 'a chunk size of 17 digits', damage: chunks('FFFF0000000000005\r\nhello\r\n0\r\n\r\n') },
  { name: 'a chunk extension of 20 KiB', damage: chunks(`5;${'e'.repeat(20_000)}\r\nhello\r\n0\r\n\r\n`) },
  {
    name: 'a blank before the colon',
    damage: (draft) => draft.lines.push({ ...line('X', '1'), separator: ' : ' }),
  },
  { name: 'a folded header', damage: addHeader('X', '1\r\n 2') },
  { name: 'a bare carriage return', damage: addHeader('X', '1\rY: 2') },
  { name: 'a bare line feed', damage: addHeader('X', '1\nY: 2') },
  { name: 'a NUL', damage: addHeader('X', '1\x002') },
  { name: 'a header without a name', damage: addHeader('', '1') },
  { name: 'a header name with a parenthesis', damage: addHeader('X(1)', '1') },
  {
    name: '300 headers',
    damage: (draft) =>
      draft.lines.push(...Array.from({ length: 300 }, (_, index) => line(`X-${index}`, '1'))),
  },
  {
    name: 'a length behind 1,100 headers',
    damage: (draft) => {
      draft.lines.push(...Array.from({ length: 1_100 }, (_, index) => line(`X-${index}`, '1')));
      put(smuggled(draft), ['Content-Length', String(smuggled(draft).length)])(draft);
    },
  },
  { name: '40 KiB of headers', damage: addHeader('X', 'a'.repeat(40_000)) },
  { name: 'a target of 20 KiB', damage: inPath(`/${'a'.repeat(20_000)}/`) },
  {
    name: 'an upgrade to WebSocket',
    damage: (draft) => {
      setLine(draft, 'Connection', 'Upgrade');
      add(draft, 'Upgrade', 'websocket');
    },
  },
  {
    name: 'an upgrade to h2c',
    damage: (draft) => {
      setLine(draft, 'Connection', 'Upgrade, HTTP2-Settings');
      add(draft, 'Upgrade', 'h2c');
      add(draft, 'HTTP2-Settings', 'AAMAAABkAAQAAP__');
    },
  },
  {
    name: 'a page in an image',
    damage: (draft) => {
      add(draft, 'Sec-Fetch-Site', 'cross-site');
      add(draft, 'Sec-Fetch-Mode', 'no-cors');
      add(draft, 'Sec-Fetch-Dest', 'image');
    },
  },
  { name: 'a page in a form', damage: put('', ['Content-Length', '0'], ['Origin', 'null']) },
  {
    name: 'a preflight',
    damage: (draft) => {
      draft.method = 'OPTIONS';
      add(draft, 'Origin', 'http://evil.test');
      add(draft, 'Access-Control-Request-Method', 'PUT');
      add(draft, 'Access-Control-Request-Private-Network', 'true');
    },
  },
  { name: 'Connection naming the host', damage: addHeader('Connection', 'host') },
  { name: 'a bad expectation', damage: put('hello', ['Content-Length', '5'], ['Expect', 'y 100-continue']) },
];

/**
 * Served all the same, because Node's parser hides them from us or because nothing of them is passed on. SECURITY.md
 * names each.
 */
export const toleratedCases: readonly NamedCase[] = [
  {
    name: 'empty lines before the request',
    damage: (draft) => Object.assign(draft, { prelude: '\r\n\r\n' }),
  },
  {
    name: 'several spaces in the request line',
    damage: (draft) => Object.assign(draft, { requestLineGaps: ['  ', '  ', '\r\n'] }),
  },
  { name: 'RTSP for the name of the protocol', damage: setVersion('RTSP/1.0') },
  {
    name: 'an absolute form of this listener',
    damage: setTarget(({ port, target }) => `http://127.0.0.1:${port}${target}`),
  },
  { name: 'chunk extensions and trailers', damage: chunks('5;a=b\r\nhello\r\n0\r\nX-T: 1\r\n\r\n') },
  { name: 'an underscore in a header name', damage: addHeader('X_Forwarded_Host', 'evil.test') },
];

/** Refused on the API listener. On the S3 listener they are keys of objects, which may hold any byte. */
export const keyCases: readonly NamedCase[] = [
  { name: 'dots in the path', damage: inPath('/../') },
  { name: 'encoded dots and slashes in the path', damage: inPath('/%2e%2e%2f') },
  { name: 'a backslash in the path', damage: inPath('\\') },
];
