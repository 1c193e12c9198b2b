/** A process that takes any body and throws it away, and gives as many bytes as the path says: `GET /bucket/<bytes>`. */
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { MEBIBYTE } from '../numbers.ts';

const block = Buffer.alloc(MEBIBYTE, 'nfyio');

const give = (socket: Socket, bytes: number): void => {
  let left = bytes;
  const write = (): void => {
    while (left > 0) {
      const piece = left >= block.length ? block : block.subarray(0, left);
      left -= piece.length;
      if (!socket.write(piece)) {
        socket.once('drain', write);
        return;
      }
    }
  };
  socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${bytes}\r\n\r\n`);
  write();
};

const server = createServer((socket) => {
  let head = '';
  let bodyLeft = 0;
  const startBody = (chunk: Buffer): void => {
    head += chunk.toString('latin1');
    const end = head.indexOf('\r\n\r\n');
    if (end === -1) return;
    const [, method, bytes] = /^(\w+) \/[^/]+\/(\d*)/.exec(head) ?? [];
    if (method === 'GET') give(socket, Number(bytes));
    else {
      const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1]);
      if (Number.isNaN(length)) socket.destroy(new Error('a body of unknown length'));
      bodyLeft = length - (head.length - end - 4);
      if (bodyLeft <= 0) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
    }
    head = '';
  };
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk: Buffer) => {
    if (bodyLeft <= 0) {
      startBody(chunk);
      return;
    }
    bodyLeft -= chunk.length;
    if (bodyLeft <= 0) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
  });
});
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
