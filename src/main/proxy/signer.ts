import type { Clock } from '../ports.ts';
import type { HttpRequestParts } from '../sigv4/requestParts.ts';
import { signatureIn } from '../sigv4/signRequest.ts';
import type { Forward } from './prepare.ts';
import { type SecretPatterns, secretPattern } from './secretPattern.ts';
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

  /** What must not be in this reply. */
  secretPatterns(reply: UpstreamReply, isError: boolean): readonly RegExp[] {
    const { credential, secret } = this.#forward;
    const patterns = this.#means.secretPatterns.of(credential, secret);
    const last = this.#signaturePattern(reply, isError);
    return last === null ? patterns : [...patterns, last];
  }

  /** New with every request, and seldom worth its making: only an error explains at length what it was sent. */
  #signaturePattern({ statusText, headers }: UpstreamReply, isError: boolean): RegExp | null {
    const signature = this.#signature;
    if (isError || signature === '') return secretPattern(signature);
    const mayHold = (text: string): boolean => text.length >= signature.length;
    return mayHold(statusText) || headers.some(([name, value]) => mayHold(name) || mayHold(value))
      ? new RegExp(signature, 'gi')
      : null;
  }
}
