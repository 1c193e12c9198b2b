import type { HeaderPair } from '../../sigv4/requestParts.ts';
import type { ReplyBody } from './replyBody.ts';

export interface UpstreamReply {
  readonly status: number;
  readonly statusText: string;
  readonly headers: readonly HeaderPair[];
  readonly body: ReplyBody;
}
