/**
 * The secrets of one strand of the attack. Every lane has a connection of each kind and a credential of its own
 * behind it, so that what arrives upstream tells by itself whose it is. All lanes share the part to search for.
 */
export interface Lane {
  readonly number: number;
  readonly localToken: string;
  readonly localAccessKeyId: string;
  readonly localSecretKey: string;
  readonly realToken: string;
  readonly realAccessKeyId: string;
  readonly realSecretKey: string;
}

export const LANES = 96;

/** Must not come back to the client in any form. */
export const realCanaries = {
  'real token': 'RealTokenCanary0123456789abcdefghij',
  'real access key id': 'REALKEYIDCANARY0',
  'real secret key': 'realSecret/Canary+0123456789abcdefghij',
} as const;

/** Must not reach the upstream in any form. */
export const localCanaries = {
  'local token': 'LocalTokenCanary0123456789abcdefgh',
  'local access key id': 'LOCALKEYIDCANARY',
  'local secret key': 'localSecretCanary0123456789abcdefghij',
} as const;

const laneOf = (number: number): Lane => {
  const suffix = `L${String(number).padStart(2, '0')}`;
  return {
    number,
    localToken: `nfyio_lt_${localCanaries['local token']}${suffix}`,
    localAccessKeyId: `NFY${localCanaries['local access key id']}${suffix}`,
    localSecretKey: `${localCanaries['local secret key']}${suffix}`,
    realToken: `nfyio_at_${realCanaries['real token']}${suffix}`,
    realAccessKeyId: `AKIA${realCanaries['real access key id']}${suffix}`,
    realSecretKey: `${realCanaries['real secret key']}${suffix}`,
  };
};

export const lanes: readonly Lane[] = Array.from({ length: LANES }, (_, number) => laneOf(number));

/** Of the client that does nothing wrong. */
export const goodLane: Lane = laneOf(LANES);

/** The lane whose real credential stands in an Authorization header; null when none does. */
export const laneOfAuthorization = (authorization: string): number | null => {
  const [, bearer] = /^Bearer nfyio_at_\w+L(\d\d)$/.exec(authorization) ?? [];
  const [, signed] = /^AWS4-HMAC-SHA256 Credential=AKIA\w+L(\d\d)\//.exec(authorization) ?? [];
  const digits = bearer ?? signed;
  return digits === undefined ? null : Number(digits);
};

/** The proxy's clock stands still, so that the same case is signed to the same bytes in every run. */
export const ATTACK_TIME_MS = Date.UTC(2026, 10, 23, 12, 0, 0);
