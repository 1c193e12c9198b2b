import { describe, expect, it } from 'vitest';
import type { Grant } from '../../../src/main/proxy/grants.ts';
import { judgeRequest } from '../../../src/main/proxy/requestPolicy.ts';
import { unlimitedGrant } from '../../helpers/unlimitedGrant.ts';

const NOW_MS = Date.UTC(2026, 10, 23);

/** `GET /demo/a` → "allow" or the code of the refusal. */
const judge = (
  kind: 's3' | 'api',
  fields: Partial<Grant>,
  line: string,
  ...copySources: readonly string[]
): string => {
  const [method = '', target = ''] = line.split(' ');
  const [rawPath = '', rawQuery = ''] = target.split('?');
  const headers = copySources.map((source) => ['x-amz-copy-source', source] as const);
  const decision = judgeRequest(unlimitedGrant(kind, fields), { method, rawPath, rawQuery, headers }, NOW_MS);
  return decision.kind === 'allow' ? 'allow' : decision.code;
};

const s3 = (fields: Partial<Grant>, line: string, ...copySources: readonly string[]): string =>
  judge('s3', fields, line, ...copySources);
const api = (fields: Partial<Grant>, line: string): string => judge('api', fields, line);

const reads = [
  'GET /demo?list-type=2&prefix=a',
  'GET /demo/?versions',
  'GET /demo?uploads',
  'GET /demo?location',
  'HEAD /demo',
  'GET /demo/a',
  'HEAD /demo/a',
  'GET /demo/a?versionId=1&partNumber=2&x-id=GetObject',
  'GET /demo/a?uploadId=1',
  'GET /demo/a?tagging',
  'GET /demo/a?attributes',
  'GET /demo/a?response-content-disposition=attachment;filename=b',
];
const writes = [
  'PUT /demo/a',
  'PUT /demo/a?partNumber=1&uploadId=x',
  'PUT /demo/a?tagging',
  'POST /demo/a?uploads',
  'POST /demo/a?uploadId=x',
  'POST /demo/a?restore',
  'DELETE /demo/a',
  'DELETE /demo/a?uploadId=x',
  'DELETE /demo/a?versionId=x',
  'POST /demo?delete',
];
const bucketSettings = [
  'acl',
  'policy',
  'policyStatus',
  'cors',
  'lifecycle',
  'versioning',
  'tagging',
  'website',
  'logging',
  'notification',
  'replication',
  'encryption',
  'ownershipControls',
  'publicAccessBlock',
  'object-lock',
  'requestPayment',
  'accelerate',
  'analytics',
  'inventory',
  'metrics',
  'intelligent-tiering',
  'something-new',
];

const readableSettings = [
  ...bucketSettings.map((name) => `GET /demo?${name}`),
  ...['acl', 'legal-hold', 'retention'].map((name) => `GET /demo/a?${name}`),
];

describe('the settings of a bucket or an object', () => {
  it.each(readableSettings)('may be read where the bucket may be: %s', (line) => {
    expect(s3({}, line)).toBe('allow');
    expect(s3({ readOnly: true, buckets: ['demo'] }, line)).toBe('allow');
    expect(s3({ buckets: ['other'] }, line)).toBe('BUCKET_FORBIDDEN');
  });

  it.each(bucketSettings)(
    'of a bucket are not shown to a connection that sees one prefix of it: %s',
    (name) => {
      expect(s3({ prefix: 'a/' }, `GET /demo?${name}`)).toBe('PREFIX_FORBIDDEN');
    },
  );
});

it.each(['acl', 'legal-hold', 'retention'])(
  'tools that would set %s on an object are told to do without',
  (name) => {
    // s3cmd copies an object, then its access rules; it carries on when the service has none.
    expect(s3({}, `PUT /demo/a?${name}`)).toBe('OBJECT_SETTING_UNSUPPORTED');
  },
);

describe('an S3 connection without limits', () => {
  it.each([...reads, ...writes, 'GET /', 'GET /?x-id=ListBuckets', 'PUT /demo//a/../b%2Fc'])(
    'admits %s',
    (line) => {
      expect(s3({}, line)).toBe('allow');
    },
  );

  it.each([
    'PUT /demo',
    'PUT /demo/',
    'DELETE /demo',
    'PATCH /demo',
    'PUT /',
    'DELETE /',
    ...bucketSettings.flatMap((name) => ['PUT', 'DELETE'].map((method) => `${method} /demo?${name}`)),
  ])('does not administrate: %s', (line) => {
    expect(s3({}, line)).toBe('BUCKET_ADMIN_FORBIDDEN');
  });

  it.each([
    'GET /?Action=CreateAccessKey&UserName=a',
    'HEAD /?%41ction=x',
    'GET /demo?session',
    'GET /minio/admin/v3/export-iam',
    'PUT /minio/admin/v3/set-user-status?accessKey=a&status=enabled',
    'GET /admin/user?uid=a',
    'GET /admin',
  ])('gets no real credential by %s', (line) => {
    expect(s3({}, line)).toBe('CREDENTIAL_API_FORBIDDEN');
  });

  it.each(['GET /admin/a', 'GET /minio?list-type=2'])(
    'reaches a bucket of that name by naming it: %s',
    (line) => {
      expect(s3({ buckets: ['admin', 'minio'] }, line)).toBe('allow');
    },
  );

  it.each([
    'POST /demo',
    'POST /demo/a',
    'POST /demo/a?select&select-type=2',
    'PATCH /demo/a',
    'PUT /demo/a?renameObject',
    'POST /demo?uploads',
  ])('knows no %s', (line) => {
    expect(s3({}, line)).toBe('METHOD_FORBIDDEN');
  });

  it.each([
    'GET //a',
    'GET /./a',
    'GET /../a',
    'GET /%2e%2e/a',
    'GET /dem%6F/a',
    'GET /demo%2Fa',
    'GET /demo/%zz',
    'GET /demo/%',
    'GET /demo?prefix=a&prefix=b',
    'GET /demo?prefix=a&pre%66ix=b',
    'GET /demo?prefix=a;prefix=b',
    'PUT /demo/a?x=1;acl',
    'PUT /demo/a?response-x=a;acl',
    'DELETE /demo/a?;policy',
    'GET /a..b/c',
  ])('refuses what can be read in two ways: %s', (line) => {
    expect(s3({}, line)).toBe('PATH_REFUSED');
  });
});

describe('a read-only S3 connection', () => {
  it.each(reads)('admits %s', (line) => {
    expect(s3({ readOnly: true }, line)).toBe('allow');
  });
  it.each(writes)('refuses %s', (line) => {
    expect(s3({ readOnly: true }, line)).toBe('READ_ONLY');
  });
});

describe('an S3 connection for one bucket', () => {
  const limits = { buckets: ['demo'] };
  it.each([...reads, ...writes])('admits %s', (line) => {
    expect(s3(limits, line)).toBe('allow');
  });
  it.each([...reads, ...writes].map((line) => line.replace('/demo', '/other')))('refuses %s', (line) => {
    expect(s3(limits, line)).toBe('BUCKET_FORBIDDEN');
  });
  it('does not tell the names of others', () => {
    expect(s3(limits, 'GET /')).toBe('BUCKET_FORBIDDEN');
  });
  it.each([
    'GET /demo/../other/a',
    'GET /demo/..;x/other/a',
    'GET /demo/%2e%2e/other/a',
    'GET /demo/a/..%2f..%2fother',
    'PUT /demo/.',
    'GET /demo/a%5c..%5cb',
  ])('cannot be left by %s on an upstream that resolves dots', (line) => {
    expect(s3(limits, line)).toBe('PATH_REFUSED');
  });
  it.each([
    ['demo/a', 'allow'],
    ['/demo/a', 'allow'],
    ['/demo/a%20b?versionId=x', 'allow'],
    ['demo%2Fa', 'allow'],
    ['other/a', 'BUCKET_FORBIDDEN'],
    ['/other/a', 'BUCKET_FORBIDDEN'],
    ['other%2Fa', 'BUCKET_FORBIDDEN'],
    ['demo', 'PATH_REFUSED'],
    ['', 'PATH_REFUSED'],
    ['arn:aws:s3:us-east-1:1:accesspoint/x/object/a', 'PATH_REFUSED'],
    ['demo/../other/a', 'PATH_REFUSED'],
    ['/demo/in/%zz', 'PATH_REFUSED'],
  ])('copies from %j: %s', (source, expected) => {
    expect(s3(limits, 'PUT /demo/b', source)).toBe(expected);
  });

  it.each(['x-amz-copy-source', 'X-Amz-Copy-Source', 'x-amz-rename-source'])(
    'takes no source from the query, where not every store would read it: %s',
    (name) => expect(s3(limits, `PUT /demo/b?${name}=%2Fother%2Fa`)).toBe('PATH_REFUSED'),
  );

  it.each(['x-obs-copy-source', 'X-Oss-Copy-Source'])(
    'takes no source under the name that another store gave it: %s',
    (name) => {
      const request = {
        method: 'PUT',
        rawPath: '/demo/b',
        rawQuery: '',
        headers: [[name, '/other/a']],
      } as const;
      expect(judgeRequest(unlimitedGrant('s3', limits), request, NOW_MS)).toEqual({
        kind: 'refuse',
        code: 'PATH_REFUSED',
      });
    },
  );

  it.each([
    ['in+to/', 'demo/in%2Bto/a', 'allow'],
    ['in+to/', 'demo/in+to/a', 'PREFIX_FORBIDDEN'],
    ['in to/', 'demo/in+to/a', 'PREFIX_FORBIDDEN'],
    ['in/', 'demo/in/a+b', 'allow'],
  ])('below %s copies from %s however a store reads its plus: %s', (prefix, source, expected) => {
    const key = encodeURIComponent(prefix).replaceAll('%2F', '/');
    expect(s3({ ...limits, prefix }, `PUT /demo/${key}b`, source)).toBe(expected);
  });

  it('copies from one object alone', () =>
    expect(s3(limits, 'PUT /demo/b', 'demo/in/a', 'demo/in/a')).toBe('PATH_REFUSED'));
});

describe('an S3 connection below a prefix', () => {
  const limits = { prefix: 'in/é ' };
  it.each([
    ['GET /demo/in/%C3%A9%20/a', 'allow'],
    ['PUT /demo/in/%c3%a9%20a', 'allow'],
    ['GET /demo/in%2F%C3%A9%20a', 'allow'],
    ['GET /demo/in/a', 'PREFIX_FORBIDDEN'],
    ['GET /demo/a', 'PREFIX_FORBIDDEN'],
    ['DELETE /demo/IN/%C3%A9%20a', 'PREFIX_FORBIDDEN'],
    ['GET /demo/in/%C3%A9%20/../../a', 'PATH_REFUSED'],
    ['GET /demo?prefix=in/%C3%A9%20x', 'allow'],
    ['GET /demo?list-type=2&prefix=in%2F%C3%A9+', 'allow'],
    ['GET /demo?list-type=2&prefix=in', 'PREFIX_FORBIDDEN'],
    ['GET /demo?list-type=2&prefix=', 'PREFIX_FORBIDDEN'],
    ['GET /demo?list-type=2', 'PREFIX_FORBIDDEN'],
    ['GET /demo?uploads', 'PREFIX_FORBIDDEN'],
    ['GET /demo?versions', 'PREFIX_FORBIDDEN'],
    ['POST /demo?delete', 'PREFIX_FORBIDDEN'],
    ['GET /', 'PREFIX_FORBIDDEN'],
    ['HEAD /demo', 'allow'],
  ])('%s: %s', (line, expected) => {
    expect(s3(limits, line)).toBe(expected);
  });
  it.each(['X-Amz-Meta-Snowball-Auto-Extract', 'x-amz-meta-minio-snowball-auto-extract'])(
    'stores no archive to be unpacked, which would name its own keys: %s',
    (name) => {
      const request = {
        method: 'PUT',
        rawPath: '/demo/in/a.tar',
        rawQuery: '',
        headers: [[name, 'true']],
      } as const;
      const decide = (fields: Partial<Grant>) => judgeRequest(unlimitedGrant('s3', fields), request, NOW_MS);
      expect(decide({ prefix: 'in/' })).toEqual({ kind: 'refuse', code: 'PREFIX_FORBIDDEN' });
      expect(decide({ buckets: ['other'] })).toEqual({ kind: 'refuse', code: 'BUCKET_FORBIDDEN' });
      expect(decide({ buckets: ['demo'] }).kind).toBe('allow');
    },
  );
  it('copies within the prefix only', () => {
    expect(s3({ prefix: 'in/' }, 'PUT /demo/in/b', 'demo/in/a')).toBe('allow');
    expect(s3({ prefix: 'in/' }, 'PUT /demo/in/b', 'demo/out/a')).toBe('PREFIX_FORBIDDEN');
  });
});

describe('a REST connection', () => {
  it.each([
    'GET /api/auth/me',
    'HEAD /api/a',
    'POST /api/chat',
    'DELETE /api/a/b-c_d~e',
    'GET /api/a%20b',
    'GET /api/%C3%BCml%c3%a4ut/%E6%97%A5%E6%9C%AC.txt',
    'GET /',
    'GET /a.b/...c',
    'GET /api?q=../..//%2f',
  ])('without limits admits %s', (line) => {
    expect(api({}, line)).toBe('allow');
  });

  it.each([
    'GET /api/../a',
    'GET /api/..',
    'GET /api/./a',
    'GET /api//a',
    'GET //a',
    'GET /api/%2e%2e/a',
    'GET /api/%2E/a',
    'GET /api/a%2fb',
    'GET /api/a%2Fb',
    'GET /api/a%5cb',
    'GET /api\\a',
    'GET /api/..;/a',
    'GET /api/.;x/a',
    'GET /api/%252e%252e/a',
    'GET /api/%00',
    'GET /api/%0d%0a',
    'GET /api/%7f',
    'GET /api/%c0%ae%c0%ae/a',
    'GET /api/%c0%afa',
    'GET /api/%e0%80%af',
    'GET /api/%ff',
    'GET /api/%ed%a0%80',
    'GET /api/%ef%bc%8e%ef%bc%8e/a',
    'GET /api/%e2%80%a5/a',
    'GET /api/a%ef%bc%8fb',
    'GET /api/a%ef%bc%bcb',
    'GET /api/a%e2%84%80b',
    'GET /api/%zz',
    'GET /api/%u002e',
    'GET /api/caf\xe9',
    'GET /api/a#b',
    'GET api/a',
  ])('refuses what servers read differently: %s', (line) => {
    expect(api({}, line)).toBe('PATH_REFUSED');
  });

  it.each([
    'POST /api/access-tokens',
    'POST /api/access-tokens/',
    'POST /api/object-storage/access-keys',
    'POST /api/object-storage/access-keys/a/regenerate',
    'DELETE /api/access-tokens/a',
    'POST /api/%61ccess-tokens',
    'POST /API/Access-Tokens',
    'POST /api/access-tokens;x=y',
    'POST /api/access-tokens%20',
    'POST /api/%ef%bd%81ccess-keys',
  ])('gets no real credential by %s', (line) => {
    expect(api({}, line)).toBe('CREDENTIAL_API_FORBIDDEN');
    expect(api({ readOnly: true }, line)).toBe('READ_ONLY');
    expect(api({ route: '/api/chat/*' }, line)).toBe('ROUTE_FORBIDDEN');
  });

  it('sees which credentials there are, without their secrets', () => {
    expect(api({}, 'GET /api/access-tokens')).toBe('allow');
  });

  it.each([
    ['/api/chat/*', 'GET /api/chat', 'allow'],
    ['/api/chat/*', 'POST /api/chat/', 'allow'],
    ['/api/chat/*', 'GET /api/chat/a/b?x', 'allow'],
    ['/api/chat/*', 'GET /api/chatter', 'ROUTE_FORBIDDEN'],
    ['/api/chat/*', 'GET /api/chat%20', 'ROUTE_FORBIDDEN'],
    ['/api/chat/*', 'GET /API/chat', 'ROUTE_FORBIDDEN'],
    ['/api/chat/*', 'GET /api/%63hat', 'ROUTE_FORBIDDEN'],
    ['/api/chat/*', 'GET /x/api/chat', 'ROUTE_FORBIDDEN'],
    ['/api/chat/*', 'GET /api/chat;x', 'ROUTE_FORBIDDEN'],
    ['/api/chat/*', 'GET /api/chat/../admin', 'PATH_REFUSED'],
    ['/api/chat', 'GET /api/chat', 'allow'],
    ['/api/chat', 'GET /api/chat/a', 'ROUTE_FORBIDDEN'],
    ['/*', 'GET /api', 'allow'],
  ])('for the route %s: %s is %s', (route, line, expected) => {
    expect(api({ route }, line)).toBe(expected);
  });

  it.each([
    ['GET /api/a', 'allow'],
    ['HEAD /api/a', 'allow'],
    ['POST /api/a', 'READ_ONLY'],
    ['PUT /api/a', 'READ_ONLY'],
    ['PATCH /api/a', 'READ_ONLY'],
    ['DELETE /api/a', 'READ_ONLY'],
  ])('that is read-only answers %s with %s', (line, expected) => {
    expect(api({ readOnly: true }, line)).toBe(expected);
  });

  it('admits the methods it names, and HEAD where it names GET', () => {
    const limits = { methods: ['GET', 'POST'] };
    const answers = ['GET', 'HEAD', 'POST', 'DELETE'].map((method) => api(limits, `${method} /api/a`));
    expect(answers).toEqual(['allow', 'allow', 'allow', 'METHOD_FORBIDDEN']);
  });

  it('ends at the millisecond of its expiry', () => {
    expect(api({ expiresAtMs: NOW_MS + 1 }, 'GET /api/a')).toBe('allow');
    expect(api({ expiresAtMs: NOW_MS }, 'GET /api/a')).toBe('CONNECTION_EXPIRED');
  });
});
