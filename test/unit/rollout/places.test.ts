import { describe, expect, it } from 'vitest';
import { checkPlace, isSamePlace, namesFor, scopeOf, titleOf } from '../../../src/main/rollout/places.ts';
import type { PlaceOf } from '../../../src/main/rollout/placeWriter.ts';
import type { TargetPlace } from '../../../src/shared/contract/rollout.ts';

const dotenv: PlaceOf<'dotenv'> = { kind: 'dotenv', path: '/a/.env' };
const profile: PlaceOf<'awsProfile'> = { kind: 'awsProfile', path: '/a/credentials', profile: 'ci' };
const command: PlaceOf<'command'> = { kind: 'command', command: ['/bin/store', 'x'] };
const vaultKv: PlaceOf<'vaultKv'> = {
  kind: 'vaultKv',
  url: 'https://vault.example',
  namespace: null,
  mount: 'secret',
  path: 'ci',
};
const aws: PlaceOf<'awsSecretsManager'> = {
  kind: 'awsSecretsManager',
  region: 'eu-west-1',
  secretId: 'ci',
  endpoint: null,
};
const gcp: PlaceOf<'gcpSecretManager'> = {
  kind: 'gcpSecretManager',
  project: 'p',
  secret: 'ci',
  endpoint: null,
};
const github: PlaceOf<'githubActions'> = {
  kind: 'githubActions',
  owner: 'ada',
  repository: 'app',
  environment: null,
  apiUrl: null,
};
const invalid = expect.objectContaining({ code: 'INVALID_INPUT' });

describe('the names of values in a place', () => {
  it('are the usual ones of the place unless others are wanted', () => {
    const pair = { accessKeyId: 'AWS_ACCESS_KEY_ID', secretAccessKey: 'AWS_SECRET_ACCESS_KEY' };
    for (const place of [dotenv, github]) {
      expect(namesFor(place, 'token', undefined)).toEqual({ token: 'NFYIO_TOKEN' });
      expect(namesFor(place, 'key', undefined)).toEqual(pair);
    }
    for (const place of [command, vaultKv, aws, gcp]) {
      expect(namesFor(place, 'token', undefined)).toEqual({ token: 'token' });
      expect(namesFor(place, 'key', undefined)).toEqual({
        accessKeyId: 'access_key_id',
        secretAccessKey: 'secret_access_key',
      });
    }
    const ofAws = { accessKeyId: 'aws_access_key_id', secretAccessKey: 'aws_secret_access_key' };
    expect(namesFor(profile, 'key', undefined)).toEqual(ofAws);
    expect(namesFor(profile, 'key', ofAws)).toEqual(ofAws);
    expect(namesFor(dotenv, 'token', { token: 'MINE' })).toEqual({ token: 'MINE' });
  });

  it('are refused where they do not fit the credential or the place', () => {
    const pair = { accessKeyId: 'ID', secretAccessKey: 'SECRET' };
    expect(() => namesFor(profile, 'token', undefined)).toThrow(invalid);
    expect(() => namesFor(profile, 'key', pair)).toThrow(invalid);
    expect(() => namesFor(dotenv, 'token', pair)).toThrow(invalid);
    expect(() => namesFor(dotenv, 'key', { token: 'T' })).toThrow(invalid);
    expect(() => namesFor(dotenv, 'key', { accessKeyId: 'A', secretAccessKey: 'A' })).toThrow(invalid);
    for (const name of ['a.b', 'a-b'])
      expect(() => namesFor(dotenv, 'token', { token: name })).toThrow(invalid);
    expect(namesFor(vaultKv, 'token', { token: 'a.b-c' })).toEqual({ token: 'a.b-c' });
  });
});

describe('a place that a secret may be sent to', () => {
  it('is on this machine, or speaks TLS', () => {
    const at = (url: string): TargetPlace[] => [
      { ...vaultKv, url },
      { ...aws, endpoint: url },
      { ...gcp, endpoint: url },
      { ...github, apiUrl: url },
    ];
    for (const url of [
      'http://127.0.0.1:8200',
      'http://localhost:1',
      'http://[::1]:1',
      'https://vault.example/x',
    ])
      for (const place of at(url)) expect(() => checkPlace(place, true)).not.toThrow();
    for (const url of [
      ...[
        'http://vault.example',
        'http://127.0.0.1.example',
        'http://10.0.0.1:8200',
        'https://a:b@vault.example',
      ],
      ...['https://:b@vault.example', 'https://vault.example?token=x', 'https://vault.example/#x'],
    ])
      for (const place of at(url)) expect(() => checkPlace(place, true), url).toThrow(invalid);
  });

  it('needs nothing to be opened where it is local', () => {
    for (const place of [dotenv, profile, command]) {
      expect(() => checkPlace(place, false)).not.toThrow();
      expect(() => checkPlace(place, true)).toThrow(invalid);
    }
    for (const place of [aws, gcp, github]) expect(() => checkPlace(place, false)).not.toThrow();
  });

  it('is not a profile whose name breaks its heading, nor a program by a relative path', () => {
    for (const name of ['a]b', 'a\nb', 'a"b'])
      expect(() => checkPlace({ ...profile, profile: name }, false)).toThrow(invalid);
    for (const program of ['./store', 'bin/store', '..\\store'])
      expect(() => checkPlace({ kind: 'command', command: [program] }, false)).toThrow(invalid);
    for (const program of ['store', 'C:\\store.exe', '\\\\host\\store.exe'])
      expect(() => checkPlace({ kind: 'command', command: [program] }, false)).not.toThrow();
  });
});

it('two targets get in the way of each other where one name of one place is the same', () => {
  const names = { accessKeyId: 'A', secretAccessKey: 'B' };
  expect(isSamePlace({ place: dotenv, names }, { place: { ...dotenv }, names: { token: 'B' } })).toBe(true);
  expect(isSamePlace({ place: dotenv, names }, { place: dotenv, names: { token: 'C' } })).toBe(false);
  expect(isSamePlace({ place: dotenv, names }, { place: { ...dotenv, path: '/b/.env' }, names })).toBe(false);
});

it('places that may be one are written one after the other, and no others', () => {
  // Two paths may lead to one file, two addresses to one secret.
  expect(scopeOf(dotenv)).toBe(scopeOf(profile));
  expect(scopeOf(vaultKv)).toBe(scopeOf({ ...vaultKv, url: 'https://other.example' }));
  expect(scopeOf(command)).toBe(scopeOf({ ...command }));
  const others = [dotenv, command, { ...command, command: ['/bin/store', 'y'] }, vaultKv, aws, gcp, github];
  expect(new Set(others.map(scopeOf)).size).toBe(others.length);
});

it('every place has a title in one line', () => {
  expect([dotenv, profile, command, vaultKv, aws, gcp, github].map(titleOf)).toEqual([
    '.env file /a/.env',
    'AWS profile ci in /a/credentials',
    'command /bin/store x',
    'HashiCorp Vault https://vault.example, secret/ci',
    'AWS Secrets Manager ci in eu-west-1',
    'Google Secret Manager p/ci',
    'GitHub Actions ada/app',
  ]);
  expect(titleOf({ ...github, environment: 'production' })).toBe('GitHub Actions ada/app, production');
});
