import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

/** A certificate authority of its own, made by openssl in a folder of its own. */
export class TestAuthority {
  readonly folder = mkdtempSync(join(tmpdir(), 'nfyio-vault-authority-'));
  readonly certificate: string;
  /** Of the authority, for variables that name a file. */
  readonly file = join(this.folder, 'authority.crt');
  #serial = 0;

  constructor() {
    this.#openssl(
      'req',
      '-x509',
      ...newKey,
      '-keyout',
      'authority.key',
      '-out',
      'authority.crt',
      '-subj',
      '/CN=Test',
      '-days',
      '2',
    );
    this.certificate = readFileSync(this.file, 'utf8');
  }

  /** @param days of validity from now on; negative: it is over */
  issue(hostName: string, days = 1): Certificate {
    this.#serial += 1;
    const name = `leaf-${this.#serial}`;
    writeFileSync(join(this.folder, `${name}.ext`), `subjectAltName=DNS:${hostName}`);
    this.#openssl(
      'req',
      ...newKey,
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.csr`,
      '-subj',
      `/CN=${hostName}`,
    );
    const by = ['-CA', 'authority.crt', '-CAkey', 'authority.key', '-set_serial', `${this.#serial}`];
    const what = ['-in', `${name}.csr`, '-extfile', `${name}.ext`, '-out', `${name}.crt`];
    this.#openssl('x509', '-req', ...by, ...what, '-days', `${days}`);
    const read = (ending: string): string => readFileSync(join(this.folder, `${name}.${ending}`), 'utf8');
    return { key: read('key'), cert: read('crt') };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #openssl(...args: readonly string[]): void {
    execFileSync('openssl', args, { cwd: this.folder, stdio: 'ignore' });
  }
}

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

/** Signed by nobody but itself. */
export const selfSigned = (): Certificate => {
  const authority = new TestAuthority();
  const key = readFileSync(join(authority.folder, 'authority.key'), 'utf8');
  authority.remove();
  return { key, cert: authority.certificate };
};
