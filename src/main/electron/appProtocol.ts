import type { CustomScheme, Protocol } from 'electron';
import { APP_ORIGIN, APP_SCHEME, isAppUrl } from './appOrigin.ts';

/** Where the window's files come from: a look-up by path, so that no path can lead out of them. */
export interface AppFiles {
  find(path: string): { readonly body: Buffer; readonly type: string } | undefined;
  /** Sent with every answer, whatever it is. */
  readonly headers: Readonly<Record<string, string>>;
}

export const appScheme: CustomScheme = {
  scheme: APP_SCHEME,
  privileges: {
    standard: true,
    secure: true,
    bypassCSP: false,
    corsEnabled: false,
    supportFetchAPI: false,
    allowServiceWorkers: false,
  },
};

export const serveAppProtocol = (protocol: Pick<Protocol, 'handle'>, files: AppFiles): void => {
  protocol.handle(APP_SCHEME, ({ url, method }) => {
    // The path as it was sent, without query: nothing is decoded.
    const path = url.slice(APP_ORIGIN.length).replace(/[?#].*$/, '');
    const file = isAppUrl(url) && method === 'GET' ? files.find(path) : undefined;
    if (file === undefined) return new Response(null, { status: 404, headers: files.headers });
    return new Response(new Uint8Array(file.body), {
      headers: { ...files.headers, 'Content-Type': file.type },
    });
  });
};
