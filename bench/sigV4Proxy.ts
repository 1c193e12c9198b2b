import { spawn } from 'node:child_process';
import { findProgram } from './findProgram.ts';
import { freePort } from './freePort.ts';
import { untilListening } from './nginx.ts';
import type { Resources } from './resources.ts';

/** github.com/awslabs/aws-sigv4-proxy, measured where somebody has put it on the PATH. */
export const sigV4ProxyProgram = findProgram('aws-sigv4-proxy');

export const startSigV4Proxy = async (
  upstreamPort: number,
  resources: Resources,
): Promise<{ port: number; pid: number }> => {
  if (sigV4ProxyProgram === null) throw new Error('aws-sigv4-proxy is not installed');
  const port = await freePort();
  const options = [
    ...['--port', `127.0.0.1:${port}`, '--name', 's3', '--region', 'us-east-1'],
    ...['--host', `127.0.0.1:${upstreamPort}`, '--upstream-url-scheme', 'http'],
  ];
  const env = {
    ...process.env,
    AWS_ACCESS_KEY_ID: 'AKIABENCHMARK0000001',
    AWS_SECRET_ACCESS_KEY: 'benchmark',
  };
  const child = spawn(sigV4ProxyProgram, options, { env, stdio: 'ignore' });
  resources.onEnd(() => child.kill());
  await untilListening(port);
  return { port, pid: child.pid ?? 0 };
};
