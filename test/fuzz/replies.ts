export interface Reply {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

/** The replies on a connection; null when what came is no HTTP or not whole. */
export const readReplies = (text: string): readonly Reply[] | null => {
  const replies: Reply[] = [];
  let at = 0;
  while (at < text.length) {
    const headEnd = text.indexOf('\r\n\r\n', at);
    if (headEnd === -1) return null;
    const [statusLine = '', ...lines] = text.slice(at, headEnd).split('\r\n');
    const [, digits] = /^HTTP\/1\.1 ([1-5]\d\d) [\x20-\x7e]*$/.exec(statusLine) ?? [];
    if (digits === undefined) return null;
    const headers = new Map<string, string>();
    for (const each of lines) {
      const [, name, value = ''] = /^([\w-]+): ?(.*)$/.exec(each) ?? [];
      if (name === undefined || headers.has(name.toLowerCase())) return null;
      headers.set(name.toLowerCase(), value);
    }
    at = headEnd + 4;
    const body = bodyAt(text, at, Number(digits), headers);
    if (body === null) return null;
    replies.push({ status: Number(digits), headers, body });
    at += body.length;
  }
  return replies;
};

/** A reply to HEAD has a length and no body: then the next reply or nothing follows at once. */
const bodyAt = (
  text: string,
  at: number,
  status: number,
  headers: ReadonlyMap<string, string>,
): string | null => {
  if (status < 200 || at === text.length || text.startsWith('HTTP/1.1 ', at)) return '';
  const length = Number(headers.get('content-length') ?? Number.NaN);
  return at + length <= text.length ? text.slice(at, at + length) : null;
};

export const finalReplies = (replies: readonly Reply[] | null): readonly Reply[] =>
  (replies ?? []).filter(({ status }) => status >= 200);

export const isFromUpstream = ({ headers }: Reply): boolean => headers.get('x-from') === 'upstream';

/** Carries our form of error, as its listener words it, and the headers that go with it. */
export const isOwnForm = ({ status, headers, body }: Reply, kind: 's3' | 'api'): boolean => {
  const code = headers.get('x-nfyio-vault-error');
  const isWorded =
    kind === 's3' ? /^<\?xml .*\n<Error><Code>\w+<\/Code>/.test(body) : body.includes(`"code":"${code}"`);
  return (
    status >= 400 &&
    code !== undefined &&
    headers.get('cache-control') === 'no-store' &&
    headers.get('x-content-type-options') === 'nosniff' &&
    headers.get('cross-origin-resource-policy') === 'same-origin' &&
    (body === '' || isWorded)
  );
};
