import { describe, expect, it } from 'vitest';
import { explain } from '../../../src/main/activity/explain.ts';
import type { ActivityEntry } from '../../../src/shared/contract/activity.ts';
import { errorTable } from '../../../src/shared/errorCodes.ts';

const entry = (status: number, refusal: string | null = null): ActivityEntry => ({
  id: 'a7',
  at: '2026-11-23T12:00:00.000Z',
  connection: 'ci',
  connectionId: 'c1',
  credential: 'uploads',
  kind: 'api',
  method: 'GET',
  path: '/api/chat',
  status,
  refusal,
  ms: 1,
  bytesIn: 0,
  bytesOut: 0,
  client: null,
});

describe('explaining an entry', () => {
  it('takes a refusal of ours from the error table', () => {
    const { because, try: remedy } = errorTable.SCOPE_FORBIDDEN;
    expect(explain(entry(403, 'SCOPE_FORBIDDEN'))).toEqual({
      id: 'a7',
      code: 'SCOPE_FORBIDDEN',
      because,
      try: remedy,
    });
  });

  it.each([
    [200, /accepted/],
    [304, /accepted/],
    [302, /redirect/],
    [401, /refused the credential/],
    [403, /does not let it/],
    [404, /nothing at this path/],
    [418, /did not accept/],
    [429, /slow down/],
    [500, /service failed/],
    [503, /busy/],
  ])('has words for status %i of the service', (status, because) => {
    const explanation = explain(entry(status));
    expect(explanation.code).toBeNull();
    expect(explanation.because).toMatch(because);
    expect(explanation.try).not.toBe('');
  });
});
