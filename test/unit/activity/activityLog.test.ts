import { describe, expect, it } from 'vitest';
import { ActivityLog, type PassedRequest } from '../../../src/main/activity/activityLog.ts';

const request = (over: Partial<PassedRequest> = {}): PassedRequest => ({
  atMs: Date.parse('2026-11-23T12:00:00.000Z'),
  grant: { connectionId: 'c1', connectionName: 'ci' },
  credential: { name: 'uploads' },
  kind: 's3',
  method: 'PUT',
  path: '/demo/a.txt',
  status: 200,
  refusal: null,
  ms: 3.5,
  bytesIn: 5,
  bytesOut: 0,
  ...over,
});

describe('the activity log', () => {
  it('tells names and sizes of a request', () => {
    expect(new ActivityLog().add(request())).toEqual({
      id: 'a1',
      at: '2026-11-23T12:00:00.000Z',
      connection: 'ci',
      connectionId: 'c1',
      credential: 'uploads',
      kind: 's3',
      method: 'PUT',
      path: '/demo/a.txt',
      status: 200,
      refusal: null,
      ms: 3.5,
      bytesIn: 5,
      bytesOut: 0,
      client: null,
    });
  });

  it('lists the newest first and forgets the oldest beyond its capacity', () => {
    const log = new ActivityLog(3);
    for (const path of ['/1', '/2', '/3', '/4', '/5']) log.add(request({ path }));
    expect(log.list(10).map(({ id, path }) => [id, path])).toEqual([
      ['a5', '/5'],
      ['a4', '/4'],
      ['a3', '/3'],
    ]);
    expect(log.list(1).map(({ id }) => id)).toEqual(['a5']);
  });

  it('lists nothing before the first request', () => {
    expect(new ActivityLog().list(100)).toEqual([]);
  });

  it('finds an entry by id, and none that is forgotten, to come or misspelt', () => {
    const log = new ActivityLog(3);
    for (let count = 0; count < 5; count += 1) log.add(request());
    expect(log.find('a4')?.id).toBe('a4');
    for (const id of ['a1', 'a2', 'a6', 'a0', 'a04', '4', 'a', 'a4 ', 'a99999999999999999999']) {
      expect(log.find(id), id).toBeUndefined();
    }
  });

  it('knows when a connection was last used; a refused request is no use', () => {
    const log = new ActivityLog();
    log.add(request({ refusal: 'READ_ONLY', status: 403 }));
    expect(log.lastUsedMs('c1')).toBeNull();
    log.add(request({ atMs: 42 }));
    expect(log.lastUsedMs('c1')).toBe(42);
    expect(log.lastUsedMs('c2')).toBeNull();
  });
});
