import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectRoot, type SourceFile, sourceFiles } from './helpers/sourceFiles.ts';

/**
 * Who may import whom. A file belongs to the first room whose prefix fits; it may import its own room, the rooms
 * named, and the packages named. Everything not named is forbidden.
 */
interface Room {
  readonly prefix: string;
  readonly mayImport: readonly string[];
  readonly packages: readonly RegExp[];
}

const node = /^node:/;
const ground = ['src/shared/', 'src/main/lib/', 'src/main/ports.ts'];
const stores = ['src/main/vault/', 'src/main/state/', 'src/main/backend/', 'src/main/files/'];
const useCaseNames = [
  'workspaces',
  'credentials',
  'connections',
  'reminders',
  'activity',
  'rotation',
  'rollout',
  'audit',
  'doctor',
  'transfer',
];
const useCases = useCaseNames.map((name) => `src/main/${name}/`);
const room = (prefix: string, mayImport: readonly string[], packages: readonly RegExp[] = []): Room => ({
  prefix,
  mayImport,
  packages,
});

const rooms: readonly Room[] = [
  room('src/shared/', [], [/^zod$/]),
  room('src/preload/', ['src/shared/'], [/^electron$/]),
  room('src/renderer/', ['src/shared/'], [/^(?!node:|electron)/]),
  room(
    'src/sandbox/',
    ['src/shared/', 'src/main/sigv4/'],
    [node, /^zod$/, /^fast-xml-parser$/, /^@fastify\/busboy$/],
  ),
  room('src/main/sigv4/', [], [/^node:crypto$/]),
  room('src/main/lib/', ['src/shared/', 'src/main/ports.ts'], [node]),
  room('src/main/ports.ts', ground),
  room('src/main/vault/', ground, [node, /^zod$/, /^@scure\/base$/]),
  room('src/main/state/', ground, [node, /^zod$/]),
  // Written with the care of the vault's own file.
  room('src/main/files/', [...ground, 'src/main/vault/durableFile.ts'], [node]),
  // A key is shown to the storage that it is for, signed.
  room('src/main/backend/', [...ground, 'src/main/sigv4/'], [node, /^zod$/, /^undici$/]),
  // The clients of the services that a secret can be rolled out to.
  room(
    'src/main/rollout/places/',
    [...ground, 'src/main/files/', 'src/main/rollout/'],
    [
      node,
      /^(?:zod|undici|@aws-sdk\/client-secrets-manager|google-auth-library|@octokit\/core|libsodium-wrappers)$/,
    ],
  ),
  ...useCases.map((prefix) => room(prefix, [...ground, ...stores], [node, /^zod$/])),
  room('src/main/proxy/', [...ground, 'src/main/sigv4/'], [node]),
  room('src/main/ipc/', [...ground, ...useCases, 'src/main/vault/'], [/^zod$/]),
  room('src/main/node/', ground, [node, /^conf$/, /^env-paths$/, /^@napi-rs\/keyring$/, /^undici$/]),
  room('src/main/transports/', [...ground, 'src/main/ipc/'], [node, /^ws$/, /^zod$/]),
  room('src/main/electron/', [...ground, 'src/main/ipc/'], [node, /^electron$/, /^electron-store$/]),
  room(
    'src/main/app.ts',
    [
      ...ground,
      ...stores,
      ...useCases,
      'src/main/proxy/',
      'src/main/ipc/',
      'src/main/node/takenHome.ts',
      'src/sandbox/sandbox.ts',
    ],
    [node],
  ),
  room(
    'src/main/index.ts',
    [...ground, 'src/main/app.ts', 'src/main/electron/', 'src/main/transports/', 'src/main/node/'],
    [node, /^electron$/],
  ),
  room(
    'src/cli/',
    [...ground, 'src/main/app.ts', 'src/main/transports/', 'src/main/node/', 'src/main/vault/osKeyring.ts'],
    [node, /^commander$/, /^zod$/],
  ),
];

const roomOf = (path: string): Room | undefined => rooms.find(({ prefix }) => path.startsWith(prefix));

const violations = (file: SourceFile): string[] => {
  const home = roomOf(file.path);
  if (home === undefined) return [`${file.path} is in no room: give it one in ARCHITECTURE.md and here`];
  return file.imports
    .filter((target) => {
      if (!target.startsWith('src/'))
        return (
          !/\.(?:css|svg|json|png\?inline)$/.test(target) &&
          !home.packages.some((allowed) => allowed.test(target))
        );
      return ![home.prefix, ...home.mayImport].some((prefix) => target.startsWith(prefix));
    })
    .map((target) => `${file.path} imports ${target}`);
};

const source = sourceFiles('src');
const main = source.filter(({ path }) => path.startsWith('src/main/') || path.startsWith('src/cli/'));
const withoutComments = (text: string): string => text.replace(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm, '');

describe('the walls of the house', () => {
  it('lets every file import only the rooms below it', () => {
    expect(source.length).toBeGreaterThan(20);
    expect(source.flatMap(violations)).toEqual([]);
  });

  it('bites: a use case that reaches into another one is found', () => {
    const intruder = {
      path: 'src/main/connections/x.ts',
      text: '',
      imports: ['src/main/credentials/y.ts', 'electron'],
      importsAtOnce: [],
    };
    expect(violations(intruder)).toHaveLength(2);
  });

  it('keeps plaintext secrets to the few files that must see them', () => {
    const allowed = [
      'src/main/lib/secret.ts',
      'src/main/vault/vault.ts',
      'src/main/vault/vaultCopy.ts',
      'src/main/vault/passphraseWrapper.ts',
      'src/main/vault/recoveryKey.ts',
      'src/main/backend/',
      'src/main/proxy/',
      'src/main/credentials/',
      'src/main/connections/',
      'src/main/workspaces/',
      // What is exported in clear, compared, and taken out of the file it came from.
      'src/main/transfer/',
      // What is written to the places that a person has named.
      'src/main/rollout/places/',
      'src/main/app.ts',
    ];
    const revealing = main
      .filter(({ text }) => /\.reveal(?:Bytes)?\(\)/.test(withoutComments(text)))
      .map(({ path }) => path)
      .filter((path) => !allowed.some((prefix) => path.startsWith(prefix)));
    expect(revealing).toEqual([]);
  });

  it('loads the clients of roll-out places, and the sandbox, when they are used and not before', () => {
    const reached = new Set<string>();
    const follow = (path: string): void => {
      if (reached.has(path)) return;
      reached.add(path);
      for (const target of source.find((file) => file.path === path)?.importsAtOnce ?? []) follow(target);
    };
    for (const entry of ['src/main/index.ts', 'src/cli/index.ts', 'src/main/app.ts']) follow(entry);
    expect(reached).toContain('src/main/rollout/placeWriters.ts');
    const late = /^(?:@aws-sdk|google-auth-library|@octokit|libsodium|src\/sandbox\/)/;
    expect([...reached].filter((path) => late.test(path))).toEqual([]);
  });

  it('takes the time from the clock port only', () => {
    const reading = main
      .filter(({ path }) => path !== 'src/main/node/systemClock.ts')
      .filter(({ text }) => /\bDate\.now\(|new Date\(\)/.test(withoutComments(text)))
      .map(({ path }) => path);
    expect(reading).toEqual([]);
  });
});

describe('the documents', () => {
  const documents = [
    ...['README.md', 'ARCHITECTURE.md', 'SECURITY.md', 'CONTRIBUTING.md', 'CHANGELOG.md'],
    'docs/journeys.md',
  ];
  const named = /[`(]((?:src|test|bench|docs|resources|bin|scripts)\/[A-Za-z0-9_./-]+)[`)]/g;

  it.each(documents)('%s names only files that exist', (document) => {
    const text = readFileSync(join(projectRoot, document), 'utf8');
    const missing = [...text.matchAll(named)]
      .map(([, path = '']) => path)
      .filter((path) => !existsSync(join(projectRoot, path)));
    expect(missing).toEqual([]);
  });

  it('README names every script that a person is told to run', () => {
    const scripts = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')).scripts as Record<
      string,
      string
    >;
    const told = [
      ...readFileSync(join(projectRoot, 'README.md'), 'utf8').matchAll(
        /npm (?:run (?:-s )?)?(start|test|[a-z:]+)/g,
      ),
    ]
      .map(([, script = '']) => script)
      .filter((script) => !['ci', 'install', 'run'].includes(script));
    expect(told.length).toBeGreaterThan(3);
    expect(told.filter((script) => !(script in scripts))).toEqual([]);
  });
});
