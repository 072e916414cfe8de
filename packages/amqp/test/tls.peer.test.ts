import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { freePort } from '../../../tools/peers/free-port.ts';
import { startRabbitmq, type Rabbitmq } from '../../../tools/peers/rabbitmq.ts';
import { requirePeer } from '../../../tools/peers/started.ts';
import { makeCertificates, type Certificates } from './certificates.ts';
import { connect } from './peer.ts';

requirePeer('rabbitmq');

let certificates: Certificates;
let server: Rabbitmq;
let url: string;

beforeAll(async () => {
  certificates = makeCertificates('viaduct-client');
  const port = await freePort();
  server = await startRabbitmq({
    plugins: ['rabbitmq_auth_mechanism_ssl'],
    config: [
      `listeners.ssl.1 = 127.0.0.1:${port}`,
      `ssl_options.cacertfile = ${certificates.ca}`,
      `ssl_options.certfile = ${certificates.server.cert}`,
      `ssl_options.keyfile = ${certificates.server.key}`,
      'ssl_options.verify = verify_peer',
      'ssl_options.fail_if_no_peer_cert = false',
      'auth_mechanisms.1 = PLAIN',
      'auth_mechanisms.2 = EXTERNAL',
      'ssl_cert_login_from = common_name',
    ],
  });
  await server.addUser('viaduct-client', 'unused');
  url = `amqps://localhost:${port}/`;
});
afterAll(async () => {
  await server.close();
  certificates.remove();
});

describe('TLS', () => {
  test('connects to a server that our authority signed', async () => {
    const connection = await connect(url, { tls: { caFile: certificates.ca } });
    await connection.close();
    const byAddress = url.replace('localhost', '127.0.0.1');
    await (await connect(byAddress, { tls: { caFile: certificates.ca } })).close();
  });

  test.each([
    ['without the authority', () => ({}), 'tls.caFile'],
    ['with another authority', () => ({ caFile: certificates.strangerCa }), 'tls.caFile'],
    [
      'for another name',
      () => ({ caFile: certificates.ca, serverName: 'other.example.org' }),
      'tls.serverName',
    ],
  ])('refuses a server %s', async (_case, tls, advice) => {
    await expect(connect(url, { tls: tls() })).rejects.toMatchObject({
      kind: 'permanent',
      code: 'VIA_AMQP_TLS',
      message: expect.stringContaining(advice) as string,
    });
  });

  test('takes over an authority that was rotated, at its next connection', async () => {
    const caFile = join(mkdtempSync(join(tmpdir(), 'viaduct-rotation-')), 'ca.pem');
    copyFileSync(certificates.strangerCa, caFile);
    const options = { tls: { caFile } };
    await expect(connect(url, options)).rejects.toMatchObject({ code: 'VIA_AMQP_TLS' });
    copyFileSync(certificates.ca, caFile);
    await (await connect(url, options)).close();
    rmSync(dirname(caFile), { recursive: true });
  });

  test('takes any server where checking is switched off', async () => {
    await (await connect(url, { tls: { verify: false } })).close();
  });

  test('logs in by client certificate (EXTERNAL)', async () => {
    const { cert, key } = certificates.client;
    const tls = { caFile: certificates.ca, certFile: cert, keyFile: key };
    const connection = await connect(url, { tls, auth: 'external' });
    try {
      expect(await server.ctl('list_connections', 'user', 'auth_mechanism')).toMatch(
        /viaduct-client\s+EXTERNAL/,
      );
    } finally {
      await connection.close();
    }
  });

  test('says what is missing when EXTERNAL has no certificate', async () => {
    const tls = { caFile: certificates.ca };
    await expect(connect(url, { tls, auth: 'external' })).rejects.toMatchObject({
      kind: 'permanent',
      code: 'VIA_AMQP_LOGIN_REFUSED',
    });
  });

  test('names a certificate file that cannot be read, or is none', async () => {
    const missing = join(certificates.folder, 'missing.pem');
    await expect(connect(url, { tls: { caFile: missing } })).rejects.toMatchObject({
      kind: 'permanent',
      code: 'VIA_AMQP_TLS_FILE',
      message: `tls.caFile: ${missing} cannot be read (ENOENT)`,
    });
    const text = join(certificates.folder, 'text.pem');
    writeFileSync(text, 'no certificate');
    await expect(connect(url, { tls: { certFile: text } })).rejects.toMatchObject({
      code: 'VIA_AMQP_TLS_FILE',
    });
  });

  test('says so when only one side speaks TLS', async () => {
    const plainPort = url.replace(/:\d+/, `:${server.port}`);
    await expect(connect(plainPort)).rejects.toMatchObject({
      kind: 'permanent',
      code: 'VIA_AMQP_TLS',
    });
    const tlsPort = url.replace('amqps', 'amqp');
    await expect(connect(tlsPort)).rejects.toMatchObject({
      code: expect.stringMatching(/VIA_AMQP_(HANDSHAKE|UNREACHABLE)/) as string,
    });
  });
});
