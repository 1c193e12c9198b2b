import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { runCommand, type TestHome } from '../helpers/servedVault.ts';

const DAY_MS = 86_400_000;
const workspace = ['--workspace', 'sandbox'];

const fromNow = (days: number): string => new Date(Date.now() + days * DAY_MS).toISOString();

/** Through the command line, so that the window shows what somebody else made. */
const makeCredentials = async (home: TestHome): Promise<void> => {
  for (const bucket of ['photos', 'thumbnails', 'backups', 'exports', 'invoices'])
    await home.json(['bucket', 'create', ...workspace, bucket]);
  const key = (name: string, permission: string, ...more: string[]) =>
    home.json(['key', 'create', ...workspace, '--name', name, '--permission', permission, ...more]);
  const token = (name: string, scope: string, days: number, ...more: string[]) =>
    home.json([
      'token',
      'create',
      ...workspace,
      '--name',
      name,
      '--scope',
      scope,
      '--days',
      `${days}`,
      ...more,
    ]);
  await key('photo-uploads', 'read-write', '--bucket', 'photos', 'thumbnails');
  await key('nightly-backup', 'read-write', '--bucket', 'backups', '--days', '12');
  await key('analytics-reader', 'read', '--bucket', 'exports', 'photos', 'backups', '--days', '74');
  await token('ci-deploy', 'write', 7, '--route', '/api/projects/*');
  await token('support-chat', 'read', 45, '--route', '/api/chat/*');
  await token('usage-report', 'read', 30);
  const expired = ['--name', 'old-importer', '--scope', 'write', '--expires', fromNow(-2.5), '--unverified'];
  await home.json(['token', 'import', ...workspace, ...expired], 'nfyio_at_from_the_dashboard');
};

interface Pair {
  readonly endpoint: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

const sdkOf = ({ endpoint, accessKeyId, secretAccessKey }: Pair): S3Client =>
  new S3Client({
    endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId, secretAccessKey },
  });

/** Some of what follows is refused, on purpose. */
const whatever = (sent: Promise<unknown>): Promise<unknown> => sent.catch(() => undefined);

const sendPhotos = async (sdk: S3Client): Promise<void> => {
  const Bucket = 'photos';
  for (const month of ['09', '10', '11'])
    for (const name of ['launch.jpg', 'team offsite.heic', 'booth.png']) {
      const Key = `2026/${month}/${name}`;
      await sdk.send(new PutObjectCommand({ Bucket, Key, Body: Buffer.alloc(40_000 * Key.length) }));
      const { Body } = await sdk.send(new GetObjectCommand({ Bucket, Key }));
      await Body?.transformToByteArray();
    }
  await whatever(sdk.send(new GetObjectCommand({ Bucket: 'thumbnails', Key: 'launch@2x.webp' })));
  await whatever(sdk.send(new DeleteObjectCommand({ Bucket: 'invoices', Key: '2025.pdf' })));
  await sdk.send(new ListObjectsV2Command({ Bucket, Prefix: '2026/' }));
};

const sendByCurl = async (home: TestHome, exporter: string, api: string): Promise<void> => {
  const curl = (...args: string[]) => runCommand('curl', ['--silent', '--output', '/dev/null', ...args]);
  const report = join(home.folder, 'november.csv');
  writeFileSync(report, 'day,requests\n'.repeat(900));
  await curl(`${exporter}/exports?list-type=2`);
  await curl('--upload-file', report, `${exporter}/exports/november.csv`);
  await curl('--request', 'POST', '--json', '{"branch":"main"}', `${api}/api/projects`);
  for (const path of ['/api/projects', '/api/teams', '/api/members', '/api/billing/quota'])
    await curl(`${api}${path}`);
};

/** Files that know a secret, and one that has gone when its secret is replaced. */
const rollOut = async (home: TestHome): Promise<void> => {
  const file = (name: string, text = ''): string => {
    const path = join(home.folder, name);
    writeFileSync(path, text);
    return path;
  };
  const add = (credential: string, ...place: string[]) =>
    home.json(['target', 'add', '--credential', credential, ...place]);
  await add('photo-uploads', '--aws-profile', 'photos', '--file', file('credentials'));
  await add('photo-uploads', '--dotenv', file('.env'));
  await add('usage-report', '--no-write', '--dotenv', file('report.env', 'NFYIO_TOKEN=before\n'));
  const chat = file('chat.env');
  await add('support-chat', '--dotenv', chat);
  rmSync(chat);
  await home.json(['token', 'rotate', 'support-chat']);
};

/** A sandbox as it is after a few weeks: credentials fresh, due and expired, tools at work, some refused. */
export const makeBusy = async (home: TestHome): Promise<void> => {
  await makeCredentials(home);
  await rollOut(home);
  const photos = await home.connect('s3', 'photo-site', '--credential', 'photo-uploads');
  const backup = ['--credential', 'nightly-backup', '--bucket', 'backups', '--prefix', 'nightly/'];
  await home.connect('s3', 'rclone-backup', ...backup, '--ttl', '8h');
  const exporter = await home.connect(
    's3',
    'legacy-exporter',
    '--credential',
    'analytics-reader',
    '--bucket',
    'exports',
    '--read-only',
    '--open',
    '--port',
    '0',
  );
  const report = await home.connect('api', 'usage-report', '--credential', 'usage-report', '--read-only');
  const sdk = sdkOf(photos);
  await sendPhotos(sdk);
  await sendByCurl(home, exporter.endpoint, report.baseUrl);
  await sendPhotos(sdk);
  sdk.destroy();
};
