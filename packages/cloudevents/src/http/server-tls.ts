import { readFile } from 'node:fs/promises';
import type { Server } from 'node:https';
import { TransportError, type AdapterContext, type ConfigField } from '@viaduct/core';

/** The certificate of a server. Every path names a PEM file. */
export interface ServerTlsFiles {
  readonly certFile: string;
  readonly keyFile: string;
}

/** The description of {@link ServerTlsFiles}. */
export const SERVER_TLS_FIELDS: { readonly [Key in keyof ServerTlsFiles]: ConfigField } = {
  certFile: {
    type: 'string',
    format: 'path',
    description: 'PEM file of the certificate, chain included.',
  },
  keyFile: { type: 'string', format: 'path', description: 'PEM file of its private key.' },
};

/** A certificate and its key, as they lie in their files. */
export interface ServerTlsMaterial {
  readonly cert: Buffer;
  readonly key: Buffer;
}

/** Reads certificate and key. Throws a permanent error that names the file. */
export async function readServerTls(files: ServerTlsFiles): Promise<ServerTlsMaterial> {
  const [cert, key] = await Promise.all([
    readPem('certFile', files.certFile),
    readPem('keyFile', files.keyFile),
  ]);
  return { cert, key };
}

/** Reads one PEM file. Throws a permanent error that names it. */
export async function readPem(option: string, path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code ?? String(cause);
    const text = `tls.${option}: ${path} cannot be read (${why})`;
    throw new TransportError('permanent', 'VIA_CLOUDEVENTS_TLS_FILE', text, { cause });
  }
}

/**
 * Looks at the files every `checkMs` and gives a server the new certificate when they changed; one
 * that cannot be used leaves the old one in place and is told once. Returns what ends it.
 */
export function watchServerTls(
  server: Server,
  files: ServerTlsFiles,
  checkMs: number,
  context: AdapterContext,
): () => void {
  let current: ServerTlsMaterial | undefined;
  let problem: string | undefined;
  let cancel: (() => void) | undefined;
  let isOver = false;
  const look = async (): Promise<void> => {
    const read = await readServerTls(files);
    const before = current;
    if (before !== undefined && !isSame(before, read)) {
      server.setSecureContext(read);
      context.logger.info({ certFile: files.certFile }, 'a new certificate is in use');
    }
    current = read;
    problem = undefined;
  };
  const tell = (error: unknown): void => {
    const text = error instanceof Error ? error.message : String(error);
    const fields = { code: 'VIA_CLOUDEVENTS_TLS_FILE', error: text };
    if (text !== problem) context.logger.warn(fields, 'the old certificate stays in use');
    problem = text;
  };
  const later = (): void => {
    if (isOver) return;
    cancel = context.clock.after(checkMs, () => void look().catch(tell).finally(later));
  };
  void look().catch(tell).finally(later);
  return () => {
    isOver = true;
    cancel?.();
  };
}

function isSame(one: ServerTlsMaterial, other: ServerTlsMaterial): boolean {
  return one.cert.equals(other.cert) && one.key.equals(other.key);
}
