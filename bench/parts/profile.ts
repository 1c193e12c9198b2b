import { type SelfTime, selfTimes } from '../cpuProfile.ts';
import { freePort } from '../freePort.ts';
import { putUnderLoad } from '../load.ts';
import { signForLoopback } from '../localSignature.ts';
import { nginxProgram, startStaticNginx } from '../nginx.ts';
import { recordProfile } from '../recordProfile.ts';
import type { PartReport, Table } from '../report.ts';
import type { Resources } from '../resources.ts';
import { type Access, VaultUnderTest } from '../vaultUnderTest.ts';

const SECONDS = 5;
const SHOWN_FUNCTIONS = 15;
const path = '/bucket/a-small-object';

/** What the host does while small requests pass: where its time goes, and whose code that is. */
export const profileSmallRequests = async (resources: Resources): Promise<PartReport> => {
  if (nginxProgram === null)
    return { tables: [], verdicts: [], notes: ['nginx is not installed: not measured.'] };
  const upstream = await startStaticNginx(resources);
  const profile = async (name: string, load: (access: Access) => Promise<unknown>): Promise<Table[]> => {
    const { rooms, functions } = await profileHost(`http://127.0.0.1:${upstream.port}`, load, resources);
    const shares = (times: readonly SelfTime[]) =>
      times.map(({ name, share }) => [name, `${(share * 100).toFixed(1)} %`]);
    return [
      { title: `${name}: whose code`, columns: ['where', 'self time'], rows: shares(rooms) },
      {
        title: `${name}: which functions`,
        columns: ['function', 'self time'],
        rows: shares(functions.slice(0, SHOWN_FUNCTIONS)),
      },
    ];
  };
  const common = { path, connections: 32, seconds: SECONDS };
  return {
    tables: [
      ...(await profile('Bearer', ({ apiPort, localToken }) =>
        putUnderLoad({ ...common, port: apiPort, headers: { authorization: `Bearer ${localToken}` } }),
      )),
      ...(await profile('SigV4', async ({ s3Port, localKey }) =>
        putUnderLoad({
          ...common,
          port: s3Port,
          headers: await signForLoopback(localKey, s3Port, { method: 'GET', path }),
        }),
      )),
    ],
    verdicts: [],
    notes: [
      'Profiled through the inspector, under 32 connections and warm; shares of the time that was not idle.',
    ],
  };
};

const profileHost = async (
  upstream: string,
  load: (access: Access) => Promise<unknown>,
  resources: Resources,
) => {
  const inspectorPort = await freePort();
  const vault = await VaultUnderTest.start(resources, [`--inspect=127.0.0.1:${inspectorPort}`]);
  const access = await vault.connect('profile', upstream);
  await load(access);
  return selfTimes(await recordProfile(inspectorPort, () => load(access)));
};
