import type { ConfigField } from '@viaduct/core';

import { readPem } from './server-tls.ts';

/** Certificates of a client. Every path names a PEM file. */
export interface ClientTlsFiles {
  readonly caFile?: string;
  readonly certFile?: string;
  readonly keyFile?: string;
  readonly keyPassphrase?: string;
  readonly verify?: boolean;
}

/** The description of {@link ClientTlsFiles}. */
export const CLIENT_TLS_FIELDS: { readonly [Key in keyof Required<ClientTlsFiles>]: ConfigField } =
  {
    caFile: {
      type: 'string',
      format: 'path',
      description: "PEM file of the authorities to trust, in place of the system's.",
    },
    certFile: {
      type: 'string',
      format: 'path',
      description: 'PEM file of our own certificate, with its chain.',
    },
    keyFile: { type: 'string', format: 'path', description: 'PEM file of its private key.' },
    keyPassphrase: {
      type: 'string',
      secret: true,
      description: 'What the private key is encrypted with.',
    },
    verify: {
      type: 'boolean',
      default: true,
      description: "Whether to check the server's certificate. False is for a laboratory only.",
    },
  };

/** What Node's `https.Agent` takes of it. */
export interface ClientTlsMaterial {
  readonly ca?: Buffer;
  readonly cert?: Buffer;
  readonly key?: Buffer;
  readonly passphrase?: string;
  readonly rejectUnauthorized?: boolean;
}

/** Reads the files. Throws a permanent error that names the one that cannot be read. */
export async function readClientTls(files: ClientTlsFiles): Promise<ClientTlsMaterial> {
  const { caFile, certFile, keyFile, keyPassphrase, verify } = files;
  return {
    ...(caFile === undefined ? {} : { ca: await readPem('caFile', caFile) }),
    ...(certFile === undefined ? {} : { cert: await readPem('certFile', certFile) }),
    ...(keyFile === undefined ? {} : { key: await readPem('keyFile', keyFile) }),
    ...(keyPassphrase === undefined ? {} : { passphrase: keyPassphrase }),
    rejectUnauthorized: verify ?? true,
  };
}
