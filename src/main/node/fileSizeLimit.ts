/**
 * Where the size of files is limited (`ulimit -f`), a write beyond it ends the process unless somebody listens. With
 * a listener it fails as any write can: the change is refused with words, and the host goes on.
 */
export const outliveFileSizeLimit = (): void => void process.on('SIGXFSZ', () => undefined);
