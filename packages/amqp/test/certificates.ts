import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** An authority of this test's own, and what it signed. All paths name PEM files. */
export interface Certificates {
  readonly folder: string;
  readonly ca: string;
  /** Another authority, that signed nothing. */
  readonly strangerCa: string;
  readonly server: Pair;
  readonly client: Pair;
  remove(): void;
}

/** A certificate and its key. */
export interface Pair {
  readonly cert: string;
  readonly key: string;
}

/**
 * Makes an authority, a certificate for a server called `localhost` (and 127.0.0.1), and one for a
 * client whose common name is `clientName`. Valid for a day.
 */
export function makeCertificates(clientName: string): Certificates {
  const folder = mkdtempSync(join(tmpdir(), 'viaduct-tls-'));
  const inFolder = (name: string): string => join(folder, name);
  const openssl = (...args: readonly string[]): void => {
    execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  };
  const authority = (name: string): string => {
    const subject = `/CN=${name}`;
    openssl(
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'],
      ...['-days', '1', '-subj', subject, '-keyout', `${name}.key`, '-out', `${name}.pem`],
    );
    return inFolder(`${name}.pem`);
  };
  const signed = (name: string, commonName: string, extensions: string): Pair => {
    writeFileSync(inFolder(`${name}.ext`), extensions);
    openssl(
      ...['req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'],
      ...['-subj', `/CN=${commonName}`, '-keyout', `${name}.key`, '-out', `${name}.csr`],
    );
    openssl(
      ...['x509', '-req', '-in', `${name}.csr`, '-CA', 'authority.pem', '-CAkey', 'authority.key'],
      ...['-CAcreateserial', '-days', '1', '-extfile', `${name}.ext`, '-out', `${name}.pem`],
    );
    return { cert: inFolder(`${name}.pem`), key: inFolder(`${name}.key`) };
  };
  return {
    folder,
    ca: authority('authority'),
    strangerCa: authority('stranger'),
    server: signed('server', 'localhost', 'subjectAltName=DNS:localhost,IP:127.0.0.1\n'),
    client: signed('client', clientName, 'extendedKeyUsage=clientAuth\n'),
    remove: () => rmSync(folder, { recursive: true }),
  };
}
