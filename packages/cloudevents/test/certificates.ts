import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** An authority of this test's own, and two certificates that it signed. */
export interface Certificates {
  /** PEM file of the authority. */
  readonly ca: string;
  readonly first: Pair;
  readonly second: Pair;
  remove(): void;
}

/** PEM files of a certificate and its key. */
export interface Pair {
  readonly cert: string;
  readonly key: string;
}

const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'] as const;

/** Makes certificates for `localhost` and 127.0.0.1, valid for a day. */
export function makeCertificates(): Certificates {
  const folder = mkdtempSync(join(tmpdir(), 'viaduct-webhook-'));
  const openssl = (...args: readonly string[]): void => {
    execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  };
  const path = (name: string): string => join(folder, name);
  const self = ['-days', '1', '-subj', '/CN=authority', '-keyout', 'ca.key', '-out', 'ca.pem'];
  openssl('req', '-x509', ...NEW_KEY, ...self);
  writeFileSync(path('names.ext'), 'subjectAltName=DNS:localhost,IP:127.0.0.1\n');
  const signed = (name: string): Pair => {
    const files = ['-keyout', `${name}.key`, '-out', `${name}.csr`];
    openssl('req', ...NEW_KEY, '-subj', '/CN=localhost', ...files);
    const authority = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '1'];
    const output = ['-extfile', 'names.ext', '-out', `${name}.pem`];
    openssl('x509', '-req', '-in', `${name}.csr`, ...authority, ...output);
    return { cert: path(`${name}.pem`), key: path(`${name}.key`) };
  };
  return {
    ca: path('ca.pem'),
    first: signed('first'),
    second: signed('second'),
    remove: () => rmSync(folder, { recursive: true }),
  };
}
