import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { formatAmzDate } from '../../src/main/sigv4/amzDate.ts';
import { ByteUpstream } from './byteUpstream.ts';
import { type Draft, setLine } from './draft.ts';
import { heavyCases, oversizedCases } from './heavyCases.ts';
import { ATTACK_TIME_MS } from './lanes.ts';
import { meet } from './meet.ts';
import { isFromUpstream, isOwnForm } from './replies.ts';
import { StartedProxy } from './startedProxy.ts';

let upstream: ByteUpstream;
let proxy: StartedProxy;
beforeAll(async () => {
  upstream = new ByteUpstream();
  await upstream.start();
  proxy = await StartedProxy.start(upstream.origin);
});
beforeEach(() => {
  upstream.requests = [];
});
afterAll(async () => {
  await proxy.stop();
  await upstream.stop();
});

/** Far above what one pass over 48 KiB costs, far below what a pass for each of its bytes would. */
const BUDGET_MS = 200;

describe.each(['api', 's3'] as const)('on the %s listener, with a valid credential', (kind) => {
  it.each(heavyCases)('as many $name as are let in cost no more than any request', async ({ damage }) => {
    const before = await proxy.cpuMs();
    const { replies } = await meet(proxy, kind, damage);
    expect(replies.map((reply) => isFromUpstream(reply) || isOwnForm(reply, kind))).toEqual([true]);
    expect((await proxy.cpuMs()) - before).toBeLessThan(BUDGET_MS);
  });

  it.each(oversizedCases)('$name beyond the bound is refused', async ({ damage }) => {
    const { replies } = await meet(proxy, kind, damage);
    expect(replies.map(({ headers }) => headers.get('x-nfyio-vault-error'))).toEqual(['MALFORMED_REQUEST']);
    expect(upstream.requests).toEqual([]);
  });
});

describe('a signature', () => {
  it('that names as many headers as fit is read once', async () => {
    const names = Array.from({ length: 4_000 }, (_, index) => `x${String(index).padStart(4, '0')}`);
    const before = await proxy.cpuMs();
    const sign = (draft: Draft): void => {
      const credential = `${draft.lane.localAccessKeyId}/20261123/us-east-1/s3/aws4_request`;
      setLine(draft, 'X-Amz-Date', formatAmzDate(ATTACK_TIME_MS));
      setLine(
        draft,
        'Authorization',
        `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host;${names.join(';')}, Signature=${'0'.repeat(64)}`,
      );
    };
    const { replies } = await meet(proxy, 's3', () => undefined, sign);
    expect(replies.map(({ headers }) => headers.get('x-nfyio-vault-error'))).toEqual(['AUTH_BAD_SIGNATURE']);
    expect((await proxy.cpuMs()) - before).toBeLessThan(BUDGET_MS);
  });
});
