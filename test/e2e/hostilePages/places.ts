import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { BrowserContext } from '@playwright/test';
import { attack, type Learned, type PageTarget } from './attack.ts';

/** Attacks from where a hostile page stands. */
export type Place = (context: BrowserContext, target: PageTarget) => Promise<Learned[]>;

export const foreignNames = [
  'a page on the web',
  'a page of a development server on localhost',
  'a page of another port of 127.0.0.1',
  'a sandboxed frame',
  'a data: frame',
  'a frame of its own words',
  'a file',
  'a worker',
  'a service worker',
  'a popup',
] as const;
export type ForeignPlace = (typeof foreignNames)[number];

/** Pages of whoever is no friend: an empty one under every path, and a script for a service worker. */
export const servePages = (): Promise<{ readonly server: Server; readonly port: number }> => {
  const server = createServer((request, response) => {
    const type = request.url === '/worker.js' ? 'text/javascript' : 'text/html';
    response
      .writeHead(200, { 'Content-Type': type })
      .end(type === 'text/html' ? '<!doctype html><body>' : '');
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve({ server, port: (server.address() as AddressInfo).port }));
  });
};

const page =
  (url: string): Place =>
  async (context, target) => {
    const opened = await context.newPage();
    // A refusal is a document of that origin, too.
    await opened.goto(url);
    return opened.evaluate(attack, target);
  };

const frame =
  (url: string, attributes: Readonly<Record<string, string>>): Place =>
  async (context, target) => {
    const opened = await context.newPage();
    await opened.goto(url);
    await opened.evaluate(
      (entries) =>
        new Promise((resolve) => {
          const made = document.createElement('iframe');
          for (const [attribute, value] of entries) made.setAttribute(attribute, value);
          made.onload = resolve;
          document.body.append(made);
        }),
      Object.entries(attributes),
    );
    const [, inner] = opened.frames();
    if (inner === undefined) throw new Error('there is no frame');
    return inner.evaluate(attack, target);
  };

const worker =
  (url: string): Place =>
  async (context, target) => {
    const opened = await context.newPage();
    await opened.goto(url);
    const started = opened.waitForEvent('worker');
    await opened.evaluate(() => {
      Object.assign(window, { hostile: new Worker('/worker.js') });
    });
    return (await started).evaluate(attack, target);
  };

const serviceWorker =
  (url: string): Place =>
  async (context, target) => {
    const opened = await context.newPage();
    await opened.goto(url);
    const started = context.waitForEvent('serviceworker');
    await opened.evaluate(() => navigator.serviceWorker.register('/worker.js'));
    return (await started).evaluate(attack, target);
  };

const popup =
  (url: string): Place =>
  async (context, target) => {
    const opener = await context.newPage();
    await opener.goto(url);
    const opened = opener.waitForEvent('popup');
    await opener.evaluate(() => {
      window.open('/popup');
    });
    return (await opened).evaluate(attack, target);
  };

/** @param port of the hostile pages @param folder for a page that lies on the disk */
export const foreignPlaces = (port: number, folder: string): Readonly<Record<ForeignPlace, Place>> => {
  const evil = `http://evil.test:${port}/`;
  const developed = `http://localhost:${port}/`;
  const file = join(folder, 'hostile.html');
  writeFileSync(file, '<!doctype html><body>');
  return {
    'a page on the web': page(evil),
    'a page of a development server on localhost': page(developed),
    'a page of another port of 127.0.0.1': page(`http://127.0.0.1:${port}/`),
    'a sandboxed frame': frame(evil, { src: evil, sandbox: 'allow-scripts allow-forms allow-popups' }),
    'a data: frame': frame(evil, { src: 'data:text/html,<!doctype html><body>' }),
    'a frame of its own words': frame(developed, { srcdoc: '<!doctype html><body>' }),
    'a file': page(pathToFileURL(file).href),
    'a worker': worker(developed),
    'a service worker': serviceWorker(developed),
    'a popup': popup(evil),
  };
};

/**
 * Where DNS rebinding gets a page: its name, with the port of the listener, leads to the listener. All that it asks
 * for there is of its own origin.
 */
export const reboundPlace = (origin: string): Place => page(`${origin}/`);
