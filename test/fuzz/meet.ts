import { attack } from './attack.ts';
import { bytesOf, type Draft, line, MARKER, signDraft } from './draft.ts';
import { type Lane, lanes } from './lanes.ts';
import { finalReplies, type Reply, readReplies } from './replies.ts';
import type { StartedProxy } from './startedProxy.ts';

export interface Outcome {
  readonly received: string;
  readonly replies: readonly Reply[];
}

/**
 * Damages a sound request, then gives it a valid credential and lets it meet the proxy.
 * @param sign another way to end it
 */
export const meet = async (
  proxy: StartedProxy,
  kind: 's3' | 'api',
  damage: (draft: Draft) => void,
  sign: (draft: Draft) => void = signDraft,
): Promise<Outcome> => {
  const draft = plainDraft(proxy, kind);
  damage(draft);
  sign(draft);
  const bytes = bytesOf(draft);
  const hostile = { index: 0, kind, lane: draft.lane, mutations: [], bytes, pieces: [bytes] };
  const { received } = await attack(hostile, proxy);
  return { received, replies: finalReplies(readReplies(received)) };
};

const plainDraft = (proxy: StartedProxy, kind: 's3' | 'api'): Draft => {
  const lane = lanes[0] as Lane;
  const port = kind === 's3' ? proxy.s3Port : proxy.apiPort;
  const authorization = kind === 'api' ? [line('Authorization', `Bearer ${lane.localToken}`)] : [];
  return {
    kind,
    lane,
    port,
    marker: MARKER,
    authorityOf: 'header',
    prelude: '',
    method: 'GET',
    target: kind === 's3' ? `/bucket/${MARKER}/item` : `/api/${MARKER}/item`,
    version: 'HTTP/1.1',
    requestLineGaps: [' ', ' ', '\r\n'],
    lines: [line('Host', `127.0.0.1:${port}`), ...authorization, line('X-Mark', MARKER)],
    body: '',
    next: null,
  };
};

/** As many at once as leave each of them the time it is given to be answered. */
export const fewAtOnce = async <Item, Result>(
  items: readonly Item[],
  each: (item: Item) => Promise<Result>,
): Promise<Result[]> => {
  const results: Result[] = [];
  for (let from = 0; from < items.length; from += 20)
    results.push(...(await Promise.all(items.slice(from, from + 20).map(each))));
  return results;
};
