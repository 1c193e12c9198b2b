import envPaths from 'env-paths';

/** The platform's usual place, the same for every host. */
export const defaultHome = (): string => envPaths('nfyio-vault', { suffix: '' }).data;
