import type { AppInfo, DoctorCheck, Status } from '../../shared/contract/app.ts';
import { AppError } from '../lib/appError.ts';
import type { Clipboard } from '../ports.ts';
import type { CapabilityChecks } from '../workspaces/capabilities.ts';
import type { Sandbox } from '../workspaces/sandbox.ts';
import type { HandlersOf } from './handlersOf.ts';

interface AppServices {
  readonly info: AppInfo;
  readonly status: () => Status;
  readonly examine: () => Promise<DoctorCheck[]>;
  readonly requestStop: () => void;
  readonly sandbox: Pick<Sandbox, 'start'>;
  readonly capabilities: Pick<CapabilityChecks, 'check'>;
  readonly clipboard: Clipboard | null;
}

type Names = 'app.info' | 'app.status' | 'app.doctor' | 'app.stop' | 'sandbox.start' | 'clipboard.copy';

const CLIPBOARD_CLEAR_AFTER_MS = 30_000;

export const appHandlers = (services: AppServices): HandlersOf<Names> => ({
  'app.info': () => services.info,
  'app.status': () => services.status(),
  'app.doctor': async () => ({ checks: await services.examine() }),
  'app.stop': () => {
    services.requestStop();
    return { done: true };
  },
  'sandbox.start': async () => {
    const { sandbox, workspace } = await services.sandbox.start();
    const checked = services.capabilities.check(workspace.id, true).catch(() => workspace);
    return { sandbox, workspace: await checked };
  },
  'clipboard.copy': async ({ text }) => {
    if (services.clipboard === null) {
      throw new AppError('INVALID_INPUT', { detail: 'On this host the page writes the clipboard itself.' });
    }
    await services.clipboard.copy(text, CLIPBOARD_CLEAR_AFTER_MS);
    return { clearAfterMs: CLIPBOARD_CLEAR_AFTER_MS };
  },
});
