import { resolve } from 'node:path';
import { defaultHome } from '../main/node/homeFolder.ts';

/** --home, else $NFYIO_VAULT_HOME, else the platform's usual place. */
export const resolveHome = (option: string | undefined): string =>
  resolve(option ?? (process.env.NFYIO_VAULT_HOME || defaultHome()));
