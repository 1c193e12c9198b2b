import type { Clock } from '../ports.ts';
import type { HttpRequestParts } from '../sigv4/requestParts.ts';
import type { Forward } from './prepare.ts';
import { type SecretPatterns, signatureIn } from './secretPattern.ts';
import type { UpstreamReply } from './upstream/upstreamReply.ts';
import type { UpstreamClocks } from './upstreamClocks.ts';

export interface SignerMeans {
  readonly clock: Clock;
  readonly clocks: UpstreamClocks;
  readonly secretPatterns: SecretPatterns;
}

/** Signs one request as often as it is sent, each time as of then, and knows what it must not be answered with. */
export class Signer {
  readonly #forward: Forward;
  readonly #means: SignerMeans;
  #signature = '';

  constructor(forward: Forward, means: SignerMeans) {
    this.#forward = forward;
    this.#means = means;
  }

  /** The time as the upstream has it. */
  now(): number {
    const { clock, clocks } = this.#means;
    return clock.now() + clocks.offsetMs(this.#forward.origin);
  }

  with(sign: (nowMs: number) => HttpRequestParts): () => HttpRequestParts {
    return () => {
      const request = sign(this.now());
      this.#signature = signatureIn(request);
      return request;
    };
  }

  /** A signature that stands in the body. */
  remember(signature: string): void {
    this.#signature = signature;
  }

  /** @returns whether another signature may be accepted */
  learnClock(reply: UpstreamReply): boolean {
    const { clock, clocks } = this.#means;
    return clocks.learn(this.#forward.origin, reply.headers, clock.now());
  }

  secretPatterns(isError: boolean): readonly RegExp[] {
    const { credential, secret } = this.#forward;
    return this.#means.secretPatterns.of(credential, secret, this.#signature, isError);
  }
}
