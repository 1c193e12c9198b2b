import { defineConfig } from 'vitest/config';

const suite = (name: string, include: string, timeout = 20_000) => ({
  test: {
    name,
    include: [include],
    testTimeout: timeout,
    hookTimeout: timeout,
    environment: 'node' as const,
    // It asks for `electron` itself; only what Vitest loads can be given a stand-in.
    server: { deps: { inline: ['electron-store'] } },
  },
});

/** What decides who may do what, and what is signed: no branch of it goes untested. */
const judging = [
  'src/main/sigv4/**',
  'src/main/proxy/postPolicy/**',
  'src/main/proxy/payload/!(chunkedUpload|endpointModes|framingWitness|modeRefusal).ts',
  'src/main/credentials/{orderLike,orphans,outcome}.ts',
  'src/main/rotation/{nextStep,schedule}.ts',
  'src/main/rollout/{places,standing}.ts',
  ...[
    'chooseCredential',
    'entryGuard',
    'freshness',
    'identify',
    'pathCapability',
    'replayGuard',
    'requestPolicy',
    'restPath',
    's3Operation',
    'stripInbound',
    'upstream/bodyReader',
    'upstream/replyHead',
    'upstream/requestHead',
  ].map((name) => `src/main/proxy/${name}.ts`),
];

export default defineConfig({
  test: {
    maxWorkers: 2,
    coverage: {
      provider: 'v8',
      include: judging,
      reporter: ['text'],
      thresholds: { branches: 100 },
    },
    projects: [
      suite('architecture', 'test/architecture.test.ts'),
      suite('unit', 'test/unit/**/*.test.ts'),
      suite('contracts', 'test/contracts/**/*.test.ts'),
      suite('integration', 'test/integration/**/*.test.ts', 120_000),
      suite('fuzz', 'test/fuzz/**/*.test.ts', 120_000),
      suite('crash', 'test/crash/**/*.test.ts', 300_000),
      suite('interop', 'test/interop/**/*.test.ts', 180_000),
    ],
  },
});
