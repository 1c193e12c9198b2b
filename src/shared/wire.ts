import { z } from 'zod';
import type { WireError } from './errorCodes.ts';

/** The messages of the two byte transports (WebSocket frames; newline-delimited JSON on the control socket). */

export const request = z.object({ id: z.number().int(), call: z.string().max(100), input: z.unknown() });
export type WireRequest = z.infer<typeof request>;

export type WireMessage =
  | { readonly id: number; readonly ok: true; readonly output: unknown }
  | { readonly id: number; readonly ok: false; readonly error: WireError }
  | { readonly event: string; readonly payload: unknown };

/** Longest message that is accepted, in bytes. */
export const MAX_MESSAGE_BYTES = 1_048_576;
