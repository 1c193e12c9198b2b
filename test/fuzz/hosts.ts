/** Ways to name this machine, or to seem to. */
const machines = [
  ...[
    '127.0.0.1',
    'localhost',
    '127.1',
    '127.0.1',
    '127.0.0.2',
    '127.0.0.1.',
    'localhost.',
    'localhost..',
    '0.0.0.0',
    '0',
  ],
  ...[
    '2130706433',
    '0x7f000001',
    '0x7f.1',
    '017700000001',
    '0177.0.0.1',
    '127.000.000.001',
    '0127.0.0.1',
    '127.0.0.01',
  ],
  ...[
    '[::1]',
    '::1',
    '[::]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[0:0:0:0:0:0:0:1]',
    '[::1%25lo]',
    '[fe80::1%25eth0]',
  ],
  ...[
    'ip6-localhost',
    'localhost.localdomain',
    'localhost6',
    'loopback',
    'localtest.me',
    'lvh.me',
    '127.0.0.1.nip.io',
  ],
  ...[
    'rebind.test',
    'evil.test',
    'nfyio.localdomain',
    'host.docker.internal',
    '10.0.0.1',
    '192.168.0.1',
    '169.254.169.254',
  ],
  ...[
    'app.nfyio.com',
    's3.nfyio.com',
    'bucket.s3.nfyio.com',
    'localhost.evil.test',
    '127.0.0.1.evil.test',
    'evil-localhost',
  ],
  ...[
    'notlocalhost',
    'localhostx',
    'x127.0.0.1',
    '1127.0.0.1',
    '127.0.0.11',
    'l0calhost',
    'loca1host',
    'xn--localhost-1za',
  ],
];

/** @param port of the listener */
const endings = (port: number): string[] => [
  `:${port}`,
  '',
  ':',
  `:0${port}`,
  `:${port}0`,
  `:${port + 1}`,
  ':80',
  `:+${port}`,
];

const canonical = ['127.0.0.1', 'localhost'];
const marks = [
  ...' \t@/\\?#;,&=%+!*"\'<>[]{}|^`~$()_-:.',
  '%00',
  '%2e',
  '%20',
  '\x7f',
  '\x80',
  '\xa0',
  '\xad',
  '\xc3\xa9',
];

/** Names that would be a bucket's, were they well-formed. */
const noBuckets = [
  ...[
    '',
    'a',
    'ab',
    'UPPER',
    'Bucket',
    'under_score',
    '-dash',
    'dash-',
    'two..dots',
    '.dot',
    'dot.',
    'a.-b',
    'a-.b',
    '127.0.0.1',
    '10.0.0.1',
  ],
  ...[
    '*',
    'b%75cket',
    'buck et',
    'bucket:1',
    'user@bucket',
    'x'.repeat(64),
    'b\xfccket',
    'bucket/',
    'bucket#',
    'bucket?',
    'bucket,bucket',
  ],
];

/** The buckets whose Host the S3 listener serves, to a signature that covers it. */
export const buckets = ['bucket', 'my-bucket', 'a.dotted.bucket', '0numbers9', 'xyz'];

/** @param port of the listener */
export const acceptedHosts = (port: number): string[] => [
  `127.0.0.1:${port}`,
  `localhost:${port}`,
  `LOCALHOST:${port}`,
  `LocalHost:${port}`,
  `lOcAlHoSt:${port}`,
];

/** @param port of the listener */
export const foreignHosts = (port: number): string[] => {
  const generated = [
    ...machines.flatMap((machine) => endings(port).map((ending) => machine + ending)),
    ...canonical.flatMap((name) =>
      marks.flatMap((mark) => [
        `${mark}${name}:${port}`.replace(/^[ \t]+/, 'x'),
        `${name}${mark}:${port}`,
        `${name}:${mark}${port}`,
        `${name}:${port}${mark}`.replace(/[ \t]+$/, 'x'),
        `${name}:${port}${mark}evil.test`,
        // With a dot it is a bucket's.
        ...(mark === '.' ? [] : [`evil.test${mark}${name}:${port}`]),
      ]),
    ),
    ...noBuckets.map((name) => `${name}.localhost:${port}`),
    ...buckets.flatMap((name) => [
      `${name}.localhost`,
      `${name}.localhost:${port + 1}`,
      `${name}.LOCALHOST:${port}`,
      `${name}.127.0.0.1:${port}`,
      `${name}.localhost.:${port}`,
      `${name}.localhost.evil.test:${port}`,
      `${name}.evillocalhost:${port}`,
    ]),
  ];
  const served = new Set([...acceptedHosts(port), ...buckets.map((name) => `${name}.localhost:${port}`)]);
  return [...new Set(generated)].filter((host) => !served.has(host));
};
