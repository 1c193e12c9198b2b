import { hash, randomBytes } from 'node:crypto';
import { Secret } from '../lib/secret.ts';

/** Make-believe credentials for tools. Their prefixes tell them apart from real ones at first sight. */

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

export const LOCAL_REGION = 'us-east-1';

/** `nfyio_lt_` and 32 base64url characters: 192 random bits. */
export const newLocalToken = (): Secret => Secret.of(`nfyio_lt_${randomBytes(24).toString('base64url')}`);

/** `NFYLOCAL` and 12 of A-Z2-7. */
export const newLocalAccessKeyId = (): string =>
  `NFYLOCAL${[...randomBytes(12)].map((byte) => BASE32[byte & 31]).join('')}`;

/** 40 characters without any that a shell or a configuration file could read otherwise. */
export const newLocalSecretKey = (): Secret => Secret.of(randomBytes(30).toString('base64url'));

/** A token is looked up by this: how long the look-up takes says nothing about the token. */
export const tokenDigest = (token: string): string => hash('sha256', token, 'hex');
