/** Holds many connections on which a head never ends: a header every second, and a new connection for each one lost. */
import { connect, type Socket } from 'node:net';

const [port, count] = process.argv.slice(2).map(Number) as [number, number];
const DRIP_EVERY_MS = 1_000;

const sockets = new Set<Socket>();
let opened = 0;

const hold = (): void => {
  const socket = connect({ port, host: '127.0.0.1' });
  socket.on('connect', () => {
    sockets.add(socket);
    socket.write(`GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n`);
    opened += 1;
    if (opened === count) process.send?.(port);
    else if (opened < count) hold();
  });
  socket.on('error', () => undefined);
  socket.on('close', () => {
    sockets.delete(socket);
    setTimeout(hold, 10);
  });
};

for (let lane = 0; lane < 50; lane += 1) hold();
setInterval(() => {
  for (const socket of sockets) socket.write('X-Slow: 1\r\n');
}, DRIP_EVERY_MS);
