import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readEnv } from '../../../src/main/files/envFile.ts';
import { formatOf, MAX_SOURCE_BYTES, textOf } from '../../../src/main/transfer/sources/detect.ts';
import { rewrite } from '../../../src/main/transfer/sources/rewrite.ts';
import type { LocalCredential } from '../../../src/shared/contract/connections.ts';
import { temporaryFolder } from '../../helpers/temporaryFolder.ts';

const found = (text: string) =>
  formatOf(text)
    .read(text)
    .found.map(({ name, accessKeyId, secret, endpoint }) => [name, accessKeyId, secret.reveal(), endpoint]);

const written = (text: string): string => {
  const path = join(temporaryFolder(), 'file');
  writeFileSync(path, text);
  return path;
};
const run = (command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): string => {
  const { status, stdout, stderr } = spawnSync(command, args, {
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
  if (status !== 0) throw new Error(stderr);
  return stdout;
};
const withProgram = (command: string) => it.skipIf(!existsSync(command));

const awsFile = [
  '# a comment = with a sign',
  '; another',
  '[default]',
  'aws_access_key_id=AKIADEFAULT',
  'AWS_Secret_Access_Key = def/ault+secret=',
  's3 =',
  '    addressing_style = path',
  '    aws_secret_access_key = not this one',
  '',
  '[ci builds]\r',
  'aws_access_key_id : AKIACI\r',
  'aws_secret_access_key:ci-secret\r',
  'endpoint_url = https://s3.example.org\r',
  '[empty]',
].join('\n');

const rcloneFile = [
  '; a comment',
  '[store one]',
  'type = s3',
  'provider = Minio',
  'access_key_id = RCLONEID',
  'secret_access_key = rclone-secret=with=signs',
  'endpoint = https://s3.example.org',
  '',
  '[box]',
  'type = sftp',
  'pass = obscured-and-left-alone',
].join('\n');

const s3cfgFile = [
  '[default]',
  '# secret_key = an old one',
  'access_key = S3CMDID',
  'secret_key = s3cmd+secret/=',
  'host_base = s3.example.org:8333',
  'use_https = True',
].join('\n');

describe('what is found in a file is what its own tool finds', () => {
  withProgram('/usr/bin/python3')('~/.aws/credentials, by botocore', () => {
    const script =
      'import botocore.session, json; print(json.dumps(botocore.session.Session().full_config["profiles"]))';
    const env = { AWS_SHARED_CREDENTIALS_FILE: written(awsFile), AWS_CONFIG_FILE: '/dev/null' };
    const profiles: Record<string, Record<string, string>> = JSON.parse(
      run('/usr/bin/python3', ['-c', script], env),
    );
    const theirs = Object.entries(profiles).filter(([, profile]) => profile.aws_access_key_id);
    expect(found(awsFile)).toEqual(
      theirs.map(([name, profile]) => [
        ...[name, profile.aws_access_key_id, profile.aws_secret_access_key, profile.endpoint_url ?? null],
      ]),
    );
    expect(theirs).toHaveLength(2);
  });

  withProgram('/usr/bin/rclone')('rclone.conf, by rclone', () => {
    const remotes: Record<string, Record<string, string>> = JSON.parse(
      run('/usr/bin/rclone', ['--config', written(rcloneFile), 'config', 'dump']),
    );
    const theirs = Object.entries(remotes).filter(([, { type }]) => type === 's3');
    expect(found(rcloneFile)).toEqual(
      theirs.map(([name, remote]) => [name, remote.access_key_id, remote.secret_access_key, remote.endpoint]),
    );
    expect(theirs).toHaveLength(1);
  });

  withProgram('/usr/bin/s3cmd')('.s3cfg, by s3cmd', () => {
    const dumped = run('/usr/bin/s3cmd', ['-c', written(s3cfgFile), '--dump-config']);
    const dumpedValue = (key: string) => new RegExp(`^${key} = (.*)$`, 'm').exec(dumped)?.[1];
    expect(found(s3cfgFile)).toEqual([
      ['s3cfg', dumpedValue('access_key'), dumpedValue('secret_key'), `https://${dumpedValue('host_base')}`],
    ]);
  });

  it.each([
    'A=1\nB = two words # a comment\nexport C="th#ree"\n',
    'A=\'single # kept\'\nB="double"\nC=`back`\n',
    'A="over\ntwo lines"\nB=after\n# C=commented\n  D=indented\n',
    'A=\nB=x\r\nC="y"\r\n',
    'NOT AN ASSIGNMENT\nA=1\n=nothing\n',
    'A="unclosed\nB=2\n',
  ])('.env, by Node: %j', (text) => {
    const ours = Object.fromEntries(readEnv(text).settings.map(({ key, value }) => [key, value]));
    expect(ours).toEqual({ ...parseEnv(text) });
  });
});

describe('a .env file', () => {
  it('gives the pairs of AWS and nfyio, and tokens under any name', () => {
    const text = [
      '\ufeffNFYIO_ACCESS_KEY_ID=ID1',
      "NFYIO_SECRET_ACCESS_KEY='s 1'",
      'NFYIO_S3_URL=https://s3.nfyio.com',
      'ANY_NAME="nfyio_at_token"',
      'NFYIO_API_TOKEN=of-another-form',
      'OTHER_SECRET=not-ours',
    ].join('\r\n');
    expect(found(text)).toEqual([
      ['NFYIO_ACCESS_KEY_ID', 'ID1', 's 1', 'https://s3.nfyio.com'],
      ['ANY_NAME', null, 'nfyio_at_token', null],
      ['NFYIO_API_TOKEN', null, 'of-another-form', null],
    ]);
  });
});

describe('a file of no known form', () => {
  it.each(['', 'hello', 'A=1', '[section]\nkey = value', 'RCLONE_ENCRYPT_V0:\nabcdef'])(
    '%j is refused',
    (text) => {
      expect(() => formatOf(text)).toThrow(expect.objectContaining({ code: 'IMPORT_UNREADABLE' }));
    },
  );

  it('bytes that are no UTF-8 are refused: they could not be written back as they were', () => {
    expect(() => textOf(Buffer.from([0x41, 0xff, 0x42]))).toThrow();
    expect(() => textOf(Buffer.from('A\0B'))).toThrow();
  });
});

const secret = 'Sup3rS3cretValueOfTheRealKey0123456789ab';
const local: LocalCredential = {
  ...{ kind: 's3', endpoint: 'http://127.0.0.1:7471', accessKeyId: 'NFYLOCALABCDEFGHIJKL' },
  ...{ secretAccessKey: 'local-secret', region: 'us-east-1' },
};
const rewritten = (text: string, becomes: LocalCredential | null): string => {
  const format = formatOf(text);
  const source = format.read(text);
  return rewrite(
    format,
    source,
    source.found.map((one) => ({ found: one, local: becomes })),
  );
};

const noise = fc.constantFrom(
  ...[
    '',
    '# a comment',
    '; another',
    '   ',
    'region = eu-west-1',
    'output=json',
    'ключ = значение',
    '\tx=1',
    'junk',
  ],
);
const lineBreak = fc.constantFrom('\n', '\r\n');

describe('a rewritten file', () => {
  it('keeps every other byte, whatever stands around', () => {
    fc.assert(
      fc.property(
        fc.array(noise, { maxLength: 6 }),
        fc.array(noise, { maxLength: 6 }),
        lineBreak,
        fc.constantFrom('=', ' = ', ' : ', '= '),
        fc.boolean(),
        (before, after, eol, sign, endsWithBreak) => {
          const file = (id: string, secretKey: string, added: readonly string[]): string =>
            [
              ...before,
              '[p]',
              `aws_access_key_id${sign}${id}`,
              `aws_secret_access_key${sign}${secretKey}`,
              ...added,
              ...after.map((line) => line.trimStart()),
            ].join(eol) + (endsWithBreak || after.length > 0 ? eol : '');
          expect(rewritten(file('AKIAREAL', secret, []), local)).toBe(
            file(local.accessKeyId, local.secretAccessKey, [`endpoint_url${sign}${local.endpoint}`]),
          );
        },
      ),
      { numRuns: 500 },
    );
  });

  it('without an entry has lost its lines alone, and its heading when nothing else is below', () => {
    const text = `# top\n[a]\naws_access_key_id = A\naws_secret_access_key = ${secret}\n\n[b]\nregion = x\naws_access_key_id = B\naws_secret_access_key = second-${secret}\n# end`;
    expect(rewritten(text, null)).toBe('# top\n\n[b]\nregion = x\n# end');
  });

  it('holds no copy of the secret, in a comment or under another name either', () => {
    const text = `#${secret}\nAWS_ACCESS_KEY_ID=A\nAWS_SECRET_ACCESS_KEY="${secret}"\nCOPY=x${secret}y\n`;
    expect(rewritten(text, local)).toBe(
      `#local-secret\nAWS_ACCESS_KEY_ID=${local.accessKeyId}\nAWS_SECRET_ACCESS_KEY="local-secret"\nAWS_ENDPOINT_URL_S3=http://127.0.0.1:7471\nCOPY=xlocal-secrety\n`,
    );
    expect(rewritten(text, null)).not.toContain(secret);
  });

  it('has the address in the place of the one it had, and a base URL keeps its path', () => {
    const token: LocalCredential = {
      ...{ kind: 'api', endpoint: 'http://127.0.0.1:7470', token: 'nfyio_lt_x', baseUrl: '' },
    };
    expect(rewritten('NFYIO_API_URL=https://app.nfyio.com/api\nT=nfyio_at_aaaaaaaa\n', token)).toBe(
      'NFYIO_API_URL=http://127.0.0.1:7470/api\nT=nfyio_lt_x\n',
    );
    expect(rewritten(s3cfgFile, local)).toBe(
      s3cfgFile
        .replace('S3CMDID', local.accessKeyId)
        .replace('s3cmd+secret/=', local.secretAccessKey)
        .replace('secret_key = local-secret', 'secret_key = local-secret\nhost_bucket = 127.0.0.1:7471')
        .replace('s3.example.org:8333', '127.0.0.1:7471')
        .replace('True', 'False'),
    );
  });
});

describe('a file as long as is read, of the shortest entries', () => {
  const upTo = (entry: (index: number) => string): string => {
    let text = '';
    for (let index = 0; text.length < MAX_SOURCE_BYTES; index += 1) text += entry(index);
    return text;
  };

  it.each([
    ['remotes', '[r]\ntype=s3\n', (index: number) => `[${index}]\na=b\n`, 0],
    ['profiles', '[p]\naws_access_key_id=AKIAP\n', (index: number) => `[${index}]\na=b\n`, 0],
    ['tokens', '', (index: number) => `T${index}=nfyio_at_${index}\n`, 40_000],
  ])(
    'of %s is read while a person looks on',
    (_, start, entry, atLeast) => {
      const text = start + upTo(entry);
      const beganMs = performance.now();
      expect(formatOf(text).read(text).found.length).toBeGreaterThanOrEqual(atLeast);
      expect(performance.now() - beganMs).toBeLessThan(5_000);
    },
    120_000,
  );
});
