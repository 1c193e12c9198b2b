import { expect, it } from 'vitest';
import { isFirstGoodUse } from '../../../src/main/credentials/firstGoodUse.ts';
import { keyCredential } from '../../integration/proxy/proxyWorld.ts';

const credentialOf = (state: 'unverified' | 'restricted' | 'verified' | null) =>
  keyCredential(
    state === null
      ? {}
      : { verification: { state, at: '2026-11-23T12:00:00.000Z', notes: [], buckets: null } },
  );

it.each<[string, Parameters<typeof isFirstGoodUse>[0], boolean]>([
  ['a good answer', { credential: credentialOf('unverified'), status: 200, refusal: null }, true],
  [
    'the last of the good answers',
    { credential: credentialOf('unverified'), status: 299, refusal: null },
    true,
  ],
  ['a redirect', { credential: credentialOf('unverified'), status: 300, refusal: null }, false],
  ['an information', { credential: credentialOf('unverified'), status: 199, refusal: null }, false],
  ['our own refusal', { credential: credentialOf('unverified'), status: 200, refusal: 'READ_ONLY' }, false],
  ['one that was seen to work', { credential: credentialOf('verified'), status: 200, refusal: null }, false],
  [
    'one of which no more can be seen',
    { credential: credentialOf('restricted'), status: 200, refusal: null },
    false,
  ],
  ['one that the service made', { credential: credentialOf(null), status: 200, refusal: null }, false],
  ['a request without a credential', { credential: null, status: 200, refusal: null }, false],
])('of %s it is told whether it is the first good use', (_, request, isFirst) => {
  expect(isFirstGoodUse(request)).toBe(isFirst);
});
