import type { Ask, PlaceReply } from './boundHttp.ts';

/** One place that is talked to in JSON. */
export interface JsonAsk {
  get(url: string): Promise<PlaceReply>;
  /** What is sent is wiped afterwards. */
  post(url: string, value: unknown): Promise<PlaceReply>;
}

export const jsonAsk = (ask: Ask, headers: Readonly<Record<string, string>>): JsonAsk => ({
  get: (url) => ask({ method: 'GET', url, headers }),
  post: (url, value) => {
    const body = Buffer.from(JSON.stringify(value));
    const sent = { ...headers, 'content-type': 'application/json' };
    return ask({ method: 'POST', url, headers: sent, body }).finally(() => body.fill(0));
  },
});
