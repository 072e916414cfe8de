/** Certificate and key of the admin API, read again when somebody has renewed them. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Server } from 'node:https';
import type { Clock, Logger } from '@viaduct/core';
import type { AdminSection } from '../config/read-admin.ts';
import { messageOf } from '../error-fields.ts';
import { BrokerError } from '../errors.ts';

/** How often the files are looked at, milliseconds; certificates are renewed days ahead. */
const LOOK_MS = 60_000;

/** What a TLS server needs, PEM. */
export interface TlsMaterial {
  readonly cert: Buffer;
  readonly key: Buffer;
}

/** Reads both; throws `VIA_ADMIN_FILE` with the one that cannot be read. */
export function readTls({ certificate, key }: NonNullable<AdminSection['tls']>): TlsMaterial {
  return { cert: pemOf(certificate), key: pemOf(key) };
}

function pemOf(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    const message = `the file ${file} of broker.admin.tls: ${messageOf(cause)}`;
    throw new BrokerError('VIA_ADMIN_FILE', message, { cause });
  }
}

/**
 * Uses renewed files for new connections, until `closing` is aborted. Files that cannot be used,
 * half written for instance, change nothing but the log.
 */
export function followTls(
  server: Pick<Server, 'setSecureContext'>,
  files: NonNullable<AdminSection['tls']>,
  { clock, logger, closing }: { clock: Clock; logger: Logger; closing: AbortSignal },
): void {
  let known = digestOf(readTls(files));
  let complaint = '';
  let cancel = (): void => undefined;
  const renew = (): void => {
    const material = readTls(files);
    const digest = digestOf(material);
    if (digest === known) return;
    server.setSecureContext(material);
    known = digest;
    logger.info({ file: files.certificate }, 'admin API: the certificate was renewed');
  };
  const look = (): void => {
    try {
      renew();
      complaint = '';
    } catch (error) {
      const message = messageOf(error);
      const fields = { code: 'VIA_ADMIN_FILE', file: files.certificate };
      if (message !== complaint) {
        logger.error(fields, `admin API: the certificate stays the old one: ${message}`);
      }
      complaint = message;
    }
    cancel = clock.after(LOOK_MS, look);
  };
  cancel = clock.after(LOOK_MS, look);
  closing.addEventListener('abort', () => cancel(), { once: true });
}

function digestOf({ cert, key }: TlsMaterial): string {
  return createHash('sha256').update(cert).update(key).digest('hex');
}
