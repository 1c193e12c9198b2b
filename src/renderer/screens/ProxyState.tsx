import clsx from 'clsx';
import { CopyButton } from '../components/CopyButton.tsx';
import { useSlice } from '../stores/appContext.tsx';

const portOf = (origin: string): string => new URL(origin).port;

const Listener = ({ title, origin }: { readonly title: string; readonly origin: string | null }) => (
  <div className="flex h-7 items-center gap-2 pl-4">
    <span className="w-7 text-muted">{title}</span>
    {origin === null ? (
      <span className="text-muted">not listening</span>
    ) : (
      <>
        <span className="selectable font-mono text-sm" title={origin}>
          :{portOf(origin)}
        </span>
        <span className="ml-auto">
          <CopyButton label={`${title} address`} text={origin} />
        </span>
      </>
    )}
  </div>
);

/** Whether the loopback listeners stand, and where. */
export const ProxyState = () => {
  const status = useSlice('session', (state) => state.status);
  const link = useSlice('session', (state) => state.link);
  const on = link === 'open' && status !== null && status.api !== null && status.s3 !== null;
  return (
    <section aria-label="Proxy" className="border-t border-line px-3 py-2 text-sm max-[900px]:px-0">
      <div
        className="flex h-6 items-center gap-2 max-[900px]:justify-center"
        title={on ? 'Proxy is on' : 'Proxy is off'}
      >
        <span aria-hidden className={clsx('size-2 rounded-full', on ? 'bg-good' : 'bg-warn')} />
        <span className="font-medium max-[900px]:sr-only">{on ? 'Proxy is on' : 'Proxy is off'}</span>
      </div>
      <div className="max-[900px]:hidden">
        <Listener title="API" origin={status?.api ?? null} />
        <Listener title="S3" origin={status?.s3 ?? null} />
      </div>
    </section>
  );
};
