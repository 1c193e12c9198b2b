import { hash } from 'node:crypto';

/** @param text one character per byte */
export const sha256Hex = (text: string): string => hash('sha256', Buffer.from(text, 'latin1'), 'hex');
