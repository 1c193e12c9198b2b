import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Clock } from '../ports.ts';

/**
 * A tool has ended its side. It may be waiting for its reply, or be gone altogether: a socket does not tell which.
 * Before the reply a word that every HTTP/1.1 client reads over tells: where nobody is there any more, the second one
 * fails. Amid the reply there is no such word, so that an upstream which falls silent ends it. Both only after a
 * while, in which most replies come and nothing of this is to be seen.
 */
export const watchHalfClosed = (
  socket: Socket,
  answerOn: (socket: Socket) => ServerResponse | null,
  clock: Clock,
  patienceMs: number,
): void => {
  let written = socket.bytesWritten;
  let hasAsked = false;
  const look = (): void => {
    const answer = answerOn(socket);
    if (answer === null || socket.destroyed) return;
    if (answer.headersSent) {
      const isStill = socket.bytesWritten === written && socket.writableLength === 0;
      if (isStill) return void socket.destroy();
    } else if (!hasAsked && answer.req.httpVersion === '1.1') {
      hasAsked = true;
      answer.writeContinue(() => {
        if (!answer.headersSent) answer.writeContinue();
      });
    }
    written = socket.bytesWritten;
    clock.after(patienceMs, look);
  };
  clock.after(patienceMs, look);
};
