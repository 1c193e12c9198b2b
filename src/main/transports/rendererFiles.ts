import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { AppError } from '../lib/appError.ts';

/** The built window, as the browser host and Electron's own protocol both serve it. */

export interface RendererFile {
  readonly body: Buffer;
  /** Value for `Content-Type`. */
  readonly type: string;
}

/** Looks up a URL path, e.g. `/` or `/assets/index-1a2b.js`, exactly as it came: nothing is decoded or normalised. */
export type RendererFiles = (path: string) => RendererFile | undefined;

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
};

/**
 * Reads every file once. What is not in the map cannot be asked for, so no path can lead out of the folder.
 * Files of a kind that the window does not load (source maps) are left out.
 */
export const loadRendererFiles = async (folder: string): Promise<RendererFiles> => {
  const files = new Map<string, RendererFile>();
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((cause) => {
    throw new AppError('INTERNAL', {
      detail: 'The files of the window are missing.',
      hint: 'Build them with `npm run build`, or install nfyio Vault again.',
      cause,
    });
  });
  for (const entry of entries) {
    const type = types[extname(entry.name)];
    if (!entry.isFile() || type === undefined) continue;
    const file = join(entry.parentPath, entry.name);
    files.set(`/${relative(folder, file).split(sep).join('/')}`, { body: await readFile(file), type });
  }
  const page = files.get('/index.html');
  if (page !== undefined) files.set('/', page);
  return (path) => files.get(path);
};

/** @param connectSrc what the page may talk to, e.g. `'self' ws://127.0.0.1:7472`, or `'none'` where it has a preload */
export const contentSecurityPolicy = (connectSrc: string): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src ${connectSrc}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');

/** Sent with every answer, whatever it is. */
export const securityHeaders = (connectSrc: string): Readonly<Record<string, string>> => ({
  'Content-Security-Policy': contentSecurityPolicy(connectSrc),
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-store',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
});
