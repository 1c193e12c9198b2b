import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { findProgram } from './findProgram.ts';
import { freePort } from './freePort.ts';
import type { Resources } from './resources.ts';

const certificates = join(import.meta.dirname, '../test/fixtures/tls');
export const nginxProgram = findProgram('nginx');

export interface RunningNginx {
  readonly port: number;
  readonly pid: number;
}

/** Every path answers the same 200 at once. */
export const startStaticNginx = (resources: Resources): Promise<RunningNginx> =>
  startNginx(
    (port) => `
      server {
        listen 127.0.0.1:${port} backlog=1024;
        keepalive_requests 10000000;
        location / { default_type application/json; return 200 '{"ok":true,"name":"a small answer"}'; }
      }`,
    resources,
  );

/** A reverse proxy that puts a bearer token on what passes, tuned as its manual advises. */
export const startBearerNginx = (
  upstreamPort: number,
  token: string,
  resources: Resources,
): Promise<RunningNginx> =>
  startNginx(
    (port) => `
      upstream origin {
        server 127.0.0.1:${upstreamPort};
        keepalive 64;
        keepalive_requests 10000000;
      }
      server {
        listen 127.0.0.1:${port} backlog=1024;
        keepalive_requests 10000;
        client_max_body_size 0;
        client_body_buffer_size 64k;
        proxy_request_buffering off;
        proxy_buffer_size 64k;
        proxy_buffers 8 64k;
        proxy_max_temp_file_size 0;
        location / {
          proxy_pass http://origin;
          proxy_http_version 1.1;
          proxy_set_header Connection "";
          proxy_set_header Authorization "Bearer ${token}";
        }
      }`,
    resources,
  );

/** TLS with HTTP/2 for who asks for it: /small answers at once, and files come from and go to the folder. */
export const startTlsNginx = (folder: string, resources: Resources): Promise<RunningNginx> =>
  startNginx(
    (port) => `
      server {
        listen 127.0.0.1:${port} ssl http2 backlog=1024;
        ssl_certificate ${certificates}/selfSigned.crt;
        ssl_certificate_key ${certificates}/selfSigned.key;
        keepalive_requests 10000000;
        client_max_body_size 0;
        location /small { default_type application/json; return 200 '{"ok":true,"name":"a small answer"}'; }
        client_body_temp_path ${folder}/incoming;
        location / { root ${folder}; dav_methods PUT; }
      }`,
    resources,
  );

const startNginx = async (
  serverBlock: (port: number) => string,
  resources: Resources,
): Promise<RunningNginx> => {
  if (nginxProgram === null) throw new Error('nginx is not installed');
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'nfyio-vault-bench-nginx-'));
  const config = join(folder, 'nginx.conf');
  const temporaryPaths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${folder}/${name};`)
    .join(' ');
  writeFileSync(
    config,
    `daemon off; worker_processes 1; pid ${folder}/pid; error_log stderr error;
    events { worker_connections 4096; }
    http { access_log off; ${temporaryPaths} ${serverBlock(port)} }`,
  );
  const child = spawn(nginxProgram, ['-p', folder, '-c', config], { stdio: ['ignore', 'ignore', 'inherit'] });
  resources.onEnd(async () => {
    const exited = once(child, 'exit');
    if (child.kill('SIGTERM')) await exited;
    rmSync(folder, { recursive: true, force: true });
  });
  await untilListening(port);
  return { port, pid: child.pid ?? 0 };
};

export const untilListening = async (port: number): Promise<void> => {
  for (let attempt = 0; attempt < 100; attempt++) {
    const socket = connect(port, '127.0.0.1');
    const isOpen = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (isOpen) return;
    await delay(50);
  }
  throw new Error(`nothing listens on port ${port}`);
};
