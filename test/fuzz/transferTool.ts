import { Agent, type IncomingMessage, request } from 'node:http';
import { localToken } from '../integration/proxy/proxyWorld.ts';
import type { SeededRandom } from './seededRandom.ts';
import {
  Content,
  ContentCheck,
  downloads,
  isAnsweredEarly,
  isCutOff,
  pathOf,
  type Transfer,
  uploads,
} from './transferContent.ts';
import { firstOf, turns } from './transferUpstream.ts';

export interface ToolTransfer extends Transfer {
  readonly isUpload: boolean;
  readonly kind: 'api' | 's3';
  /** So many bytes after which the tool breaks off. */
  readonly abortsAt: number | null;
  readonly isSlow: boolean;
  readonly isAsking: boolean;
  readonly isLengthKnown: boolean;
}

export const transferFrom = (number: number, random: SeededRandom): ToolTransfer => {
  const isUpload = random.chance(0.4);
  const kind = random.pick(['api', 's3'] as const);
  const bytes = 1 + random.below(2 ** (1 + random.below(23)));
  return {
    number,
    bytes,
    how: random.pick(isUpload ? uploads : downloads),
    isUpload,
    kind,
    abortsAt: random.chance(0.15) ? random.below(bytes) : null,
    isSlow: random.chance(0.3),
    isAsking: isUpload && random.chance(0.2),
    // S3 wants it known.
    isLengthKnown: kind === 's3' || random.chance(0.5),
  };
};

export const nameOf = ({ number, bytes, how, kind, isUpload, isAsking }: ToolTransfer): string =>
  `${isUpload ? 'upload' : 'download'} ${number} of ${bytes} bytes (${how}, ${kind}${isAsking ? ', asking' : ''})`;

export type Outcome =
  | 'whole'
  /** By the upstream, and the tool was told so. */
  | 'cut off'
  | 'refused'
  /** By the tool. */
  | 'broken off'
  /** It may have been done when its connection was hung up: it is not sent twice. */
  | 'hung up'
  | { readonly wrong: string };

/** Makes transfers through the proxy and looks at every byte that comes back. */
export class TransferTool {
  readonly #agent = new Agent({ keepAlive: true });
  readonly #ports: Readonly<Record<'api' | 's3', number>>;
  readonly #onProgress: () => void;

  /** @param onProgress called whenever something moves */
  constructor(ports: Readonly<Record<'api' | 's3', number>>, onProgress: () => void) {
    this.#ports = ports;
    this.#onProgress = onProgress;
  }

  stop(): void {
    this.#agent.destroy();
  }

  async run(transfer: ToolTransfer, random: SeededRandom): Promise<Outcome> {
    const { kind, isUpload } = transfer;
    const outgoing = request({
      host: '127.0.0.1',
      port: this.#ports[kind],
      agent: this.#agent,
      method: isUpload ? 'PUT' : 'GET',
      path: `${kind === 's3' ? '/demo' : '/api'}${pathOf(transfer)}`,
      headers: headersOf(transfer),
    });
    const replied = new Promise<IncomingMessage | null>((resolve) => {
      outgoing.once('response', resolve);
      outgoing.once('close', () => resolve(null));
    });
    outgoing.on('error', () => undefined);
    const sending = isUpload ? this.#send(outgoing, transfer, random) : outgoing.end();
    const incoming = await replied;
    const received = incoming === null ? null : await this.#receive(incoming, transfer, random);
    outgoing.destroy();
    await sending;
    this.#onProgress();
    return isUpload ? judgeUpload(transfer, received) : judgeDownload(transfer, received);
  }

  async #send(
    outgoing: ReturnType<typeof request>,
    transfer: ToolTransfer,
    random: SeededRandom,
  ): Promise<void> {
    const content = new Content(transfer);
    if (transfer.isAsking) {
      outgoing.flushHeaders();
      await firstOf(outgoing, 'continue', 'response', 'close');
    }
    const abortsAt = transfer.abortsAt ?? Number.POSITIVE_INFINITY;
    while (content.left > 0 && !outgoing.destroyed) {
      const sent = transfer.bytes - content.left;
      if (sent === abortsAt) {
        outgoing.destroy();
        return;
      }
      const most = 1 + random.below(2 ** (1 + random.below(18)));
      if (!outgoing.write(content.next(Math.min(most, abortsAt - sent))))
        await firstOf(outgoing, 'drain', 'close');
      this.#onProgress();
      if (transfer.isSlow) await turns(random.below(4));
    }
    outgoing.end();
  }

  async #receive(incoming: IncomingMessage, transfer: ToolTransfer, random: SeededRandom): Promise<Received> {
    const check = new ContentCheck(transfer);
    const status = incoming.statusCode ?? 0;
    const abortsAt = transfer.isUpload ? null : transfer.abortsAt;
    try {
      for await (const piece of incoming) {
        this.#onProgress();
        check.take(piece);
        if (abortsAt !== null && check.bytes > abortsAt) break;
        if (transfer.isSlow) await turns(random.below(30));
      }
    } catch {
      return { status, isComplete: false, check };
    }
    return { status, isComplete: incoming.complete, check };
  }
}

interface Received {
  readonly status: number;
  readonly isComplete: boolean;
  readonly check: ContentCheck;
}

const headersOf = (transfer: ToolTransfer): Record<string, string> => ({
  ...(transfer.kind === 's3' ? {} : { authorization: `Bearer ${localToken}` }),
  ...(transfer.isAsking ? { expect: '100-continue' } : {}),
  ...(transfer.isUpload ? { 'x-whole': transfer.abortsAt === null ? 'yes' : 'no' } : {}),
  ...(transfer.isUpload && transfer.isLengthKnown ? { 'content-length': String(transfer.bytes) } : {}),
});

const judgeDownload = (transfer: ToolTransfer, received: Received | null): Outcome => {
  const isCut = isCutOff(transfer);
  const wrong = (what: string): Outcome => ({ wrong: `${nameOf(transfer)} ${what}` });
  if (received === null) return wrong('got no reply');
  const { status, isComplete, check } = received;
  // The upstream may have been too quick to break off for its head to be seen.
  if (status !== 200) return isCut && status === 502 ? 'cut off' : wrong(`got ${status}`);
  if (check.wrongAt !== null) return wrong(`is wrong from byte ${check.wrongAt} on`);
  if (transfer.abortsAt !== null && check.bytes > transfer.abortsAt) return 'broken off';
  if (isCut) return isComplete ? wrong(`was cut at ${check.bytes} and taken for whole`) : 'cut off';
  return isComplete && check.isWhole ? 'whole' : wrong(`came to ${check.bytes}, complete: ${isComplete}`);
};

const judgeUpload = (transfer: ToolTransfer, received: Received | null): Outcome => {
  const status = received?.status ?? null;
  const wrong: Outcome = { wrong: `${nameOf(transfer)} got ${status ?? 'no reply'}` };
  if (transfer.abortsAt !== null) return status === 200 ? wrong : 'broken off';
  if (isAnsweredEarly(transfer))
    return status === 403 || status === 502 || status === null ? 'refused' : wrong;
  if (isCutOff(transfer)) return status === 502 ? 'cut off' : wrong;
  if (status === 502) return 'hung up';
  return status === 200 && received?.isComplete === true ? 'whole' : wrong;
};
