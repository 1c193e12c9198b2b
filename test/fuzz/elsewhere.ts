import { type Draft, line, setLine } from './draft.ts';

/**
 * Places where the proxy has no business, as an authority.
 * @param port of a listener on this machine that is not the upstream
 */
export const places = (port: number): string[] => [
  `127.0.0.1:${port}`,
  `localhost:${port}`,
  `localhost.:${port}`,
  `0.0.0.0:${port}`,
  `127.1:${port}`,
  `127.0.0.2:${port}`,
  `2130706433:${port}`,
  `0x7f000001:${port}`,
  `0x7f.0.0.1:${port}`,
  `017700000001:${port}`,
  `0177.0.0.01:${port}`,
  `[::1]:${port}`,
  `[::]:${port}`,
  `[::ffff:127.0.0.1]:${port}`,
  `[::ffff:7f00:1]:${port}`,
  `[0:0:0:0:0:0:0:1]:${port}`,
  `127.0.0.1.nip.io:${port}`,
  `rebind.test:${port}`,
  `evil.test`,
  `evil.test:443`,
  `user:password@127.0.0.1:${port}`,
  `169.254.169.254`,
  `169.254.169.254.`,
  `2852039166`,
  `0xa9fea9fe`,
  `0251.0376.0251.0376`,
  `[::ffff:169.254.169.254]`,
  `[fd00:ec2::254]`,
  `metadata.google.internal`,
  `100.100.100.200`,
];

export interface Way {
  readonly name: string;
  /** Asks for a place in a request that is otherwise sound. */
  readonly ask: (draft: Draft, place: string) => void;
}

const target = (name: string, of: (place: string, draft: Draft) => string): Way => ({
  name,
  ask: (draft, place) => {
    draft.target = of(place, draft);
  },
});

const header = (name: string, of: (place: string) => string = (place) => place): Way => ({
  name,
  ask: (draft, place) => {
    draft.lines.push(line(name, of(place)));
  },
});

const redirect = (status: number, of: (place: string) => string): Way =>
  target(`redirect ${status}`, (place, draft) => {
    return `${draft.target}?redirect=${status},${encodeURIComponent(of(place))}`;
  });

/** Every way in which a request, or the answer to it, has ever named where a forwarder should go. */
export const ways: readonly Way[] = [
  target('absolute form', (place, draft) => `http://${place}${draft.target}`),
  target('absolute form in capitals', (place, draft) => `HTTP://${place}${draft.target}`),
  target('absolute form in https', (place, draft) => `https://${place}${draft.target}`),
  target('absolute form of another scheme', (place) => `gopher://${place}/_x`),
  target('absolute form with our own name for a user', (place, { port, target: path }) => {
    return `http://127.0.0.1:${port}@${place}${path}`;
  }),
  target('absolute form, ours before a backslash', (place, { port, target: path }) => {
    return `http://127.0.0.1:${port}\\@${place}${path}`;
  }),
  target('absolute form, ours in the fragment', (place, { port }) => `http://${place}#@127.0.0.1:${port}/`),
  target('absolute form, ours in the query', (place, { port }) => `http://${place}?@127.0.0.1:${port}/`),
  target('one slash', (place, draft) => `http:/${place}${draft.target}`),
  target('two slashes', (place, draft) => `//${place}${draft.target}`),
  target('three slashes', (place, draft) => `///${place}${draft.target}`),
  target('a slash and a backslash', (place, draft) => `/\\${place}${draft.target}`),
  target('two backslashes', (place, draft) => `\\\\${place}${draft.target}`),
  target('an encoded slash', (place, draft) => `/%2f${place}${draft.target}`),
  target('an at sign', (place, draft) => `@${place}${draft.target}`),
  target('an at sign behind a slash', (place, draft) => `/@${place}${draft.target}`),
  target('a URL for a path', (place) => `/http://${place}/`),
  target('a URL below the path', (place, draft) => `${draft.target}/http://${place}/`),
  target('dot segments before it', (place, draft) => `${draft.target}/..//..//${place}/`),
  target('authority form', (place) => place),
  target('a parameter', (place, draft) => `${draft.target}?url=http://${place}/&endpoint=${place}`),
  {
    name: 'CONNECT',
    ask: (draft, place) => {
      draft.method = 'CONNECT';
      draft.target = place;
    },
  },
  { name: 'Host', ask: (draft, place) => setLine(draft, 'Host', place) },
  {
    name: 'Host and absolute form',
    ask: (draft, place) => {
      setLine(draft, 'Host', place);
      draft.target = `http://${place}${draft.target}`;
    },
  },
  header('Host', (place) => place),
  header('X-Forwarded-Host'),
  header('X-Forwarded-Server'),
  header('X-Forwarded-For'),
  header('X_Forwarded_Host'),
  header('Forwarded', (place) => `for=x;host="${place}";proto=http`),
  header('X-Host'),
  header('X-Original-Host'),
  header('X-Original-URL', (place) => `http://${place}/`),
  header('X-Rewrite-URL', (place) => `http://${place}/`),
  header('X-HTTP-Host-Override'),
  header('X-Real-IP'),
  header('Proxy', (place) => `http://${place}/`),
  header('Proxy-Host'),
  header('Destination', (place) => `http://${place}/`),
  header('Content-Location', (place) => `http://${place}/`),
  header('x-amz-request-route'),
  redirect(301, (place) => `http://${place}/`),
  redirect(302, (place) => `//${place}/`),
  redirect(303, (place) => `https://${place}/`),
  redirect(307, (place) => `http://${place}/`),
  redirect(308, (place) => `\\\\${place}/`),
  redirect(200, (place) => `http://${place}/`),
];
