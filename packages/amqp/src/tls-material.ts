import { readFile } from 'node:fs/promises';

import { TransportError } from '@viaduct/core';

/** Where the certificates of a TLS connection lie. Every path names a PEM file. */
export interface TlsFiles {
  /** Certificates of the authorities to trust, in place of the system's. */
  readonly caFile?: string;
  /** Our own certificate with its chain, for servers that ask clients for one. */
  readonly certFile?: string;
  readonly keyFile?: string;
  readonly keyPassphrase?: string;
  /** The name that the server's certificate must bear; default: the host of the URL. */
  readonly serverName?: string;
  /** Whether the server's certificate is checked; default true. */
  readonly verify?: boolean;
}

/** TLS material in the form that Node's `tls.connect` takes. */
export interface TlsMaterial {
  readonly ca?: Buffer;
  readonly cert?: Buffer;
  readonly key?: Buffer;
  readonly passphrase?: string;
  readonly servername?: string;
  readonly rejectUnauthorized: boolean;
}

/**
 * Reads the files. Called for each connection, so that rotated certificates are used from the next
 * one on. Throws `VIA_AMQP_TLS_FILE` with the path and what is wrong with it.
 */
export async function readTlsMaterial(files: TlsFiles): Promise<TlsMaterial> {
  const [ca, cert, key] = await Promise.all([
    readPem('caFile', files.caFile),
    readPem('certFile', files.certFile),
    readPem('keyFile', files.keyFile),
  ]);
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(files.keyPassphrase === undefined ? {} : { passphrase: files.keyPassphrase }),
    ...(files.serverName === undefined ? {} : { servername: files.serverName }),
    rejectUnauthorized: files.verify ?? true,
  };
}

async function readPem(option: string, path: string | undefined): Promise<Buffer | undefined> {
  if (path === undefined) return undefined;
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code ?? String(cause);
    throw fileError(`tls.${option}: ${path} cannot be read (${why})`, cause);
  }
  if (!bytes.includes('-----BEGIN ')) {
    throw fileError(`tls.${option}: ${path} is not a PEM file (no "-----BEGIN")`);
  }
  return bytes;
}

function fileError(message: string, cause?: unknown): TransportError {
  return new TransportError('permanent', 'VIA_AMQP_TLS_FILE', message, { cause });
}
