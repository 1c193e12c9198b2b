import { once } from 'node:events';
import type { CpuProfile } from './cpuProfile.ts';

/** Profiles a process that runs with `--inspect` while the work is done, and at no other time. */
export const recordProfile = async (
  inspectorPort: number,
  work: () => Promise<unknown>,
): Promise<CpuProfile> => {
  const list = await fetch(`http://127.0.0.1:${inspectorPort}/json/list`);
  const [target] = (await list.json()) as [{ webSocketDebuggerUrl: string }];
  const socket = new WebSocket(target.webSocketDebuggerUrl);
  await once(socket, 'open');
  let lastId = 0;
  const call = async (method: string): Promise<{ profile: CpuProfile }> => {
    lastId += 1;
    const id = lastId;
    socket.send(JSON.stringify({ id, method }));
    for (;;) {
      const [{ data }] = (await once(socket, 'message')) as [MessageEvent<string>];
      const message = JSON.parse(data);
      if (message.id === id) return message.result;
    }
  };
  await call('Profiler.enable');
  await call('Profiler.start');
  await work();
  const { profile } = await call('Profiler.stop');
  socket.close();
  return profile;
};
