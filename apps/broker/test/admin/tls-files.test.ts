import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { promisify } from 'node:util';
import { collectLogs, fakeClock } from '@viaduct/testkit';
import { describe, expect, it, onTestFinished } from 'vitest';
import { followTls, readTls } from '../../src/admin/tls-files.ts';

async function makeCertificate(name: string, files: { certificate: string; key: string }) {
  const openssl =
    `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 ` +
    `-subj /CN=${name} -keyout ${files.key} -out ${files.certificate}`;
  await promisify(execFile)('openssl', openssl.split(' '));
}

async function presentedName(port: number): Promise<string | string[] | undefined> {
  const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  const { CN } = socket.getPeerCertificate().subject;
  socket.destroy();
  return CN;
}

describe('the certificate of the admin API', () => {
  it('is taken anew when its files are, and kept while they are broken', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'viaduct-tls-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const files = { certificate: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
    await makeCertificate('first', files);
    const server = createServer(readTls(files)).listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const [clock, logger, closing] = [fakeClock(), collectLogs(), new AbortController()];
    followTls(server, files, { clock, logger, closing: closing.signal });

    await clock.advance(60_000);
    expect(await presentedName(port)).toBe('first');
    await writeFile(files.certificate, 'half a cert');
    await clock.advance(180_000);
    expect(await presentedName(port)).toBe('first');
    expect(logger.messages('error')).toHaveLength(1);
    await makeCertificate('second', files);
    await clock.advance(60_000);
    expect(await presentedName(port)).toBe('second');
    expect(logger.messages('info')).toHaveLength(1);
    closing.abort();
    await makeCertificate('third', files);
    await clock.advance(600_000);
    expect(await presentedName(port)).toBe('second');
  });
});
