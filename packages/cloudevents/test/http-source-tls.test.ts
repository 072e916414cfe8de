import { copyFileSync, readFileSync } from 'node:fs';
import { request } from 'node:https';
import { TLSSocket } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { testContext, waitFor } from '@viaduct/testkit';
import { createHttpSink } from '../src/http/http-sink.ts';
import { createHttpSource } from '../src/http/http-source.ts';
import { makeCertificates, type Certificates } from './certificates.ts';
import { anyEvent, cloudEvent } from './canonical-events.ts';
import { httpSinkConfig, httpSourceConfig } from './configured.ts';

let certificates: Certificates;
beforeAll(() => {
  certificates = makeCertificates();
});
afterAll(() => certificates.remove());

/** The serial number of the certificate that a receiver shows, and its status for a GET. */
function serialOf(port: number): Promise<readonly [string, number | undefined]> {
  const ca = readFileSync(certificates.ca);
  return new Promise((resolve, reject) => {
    const outgoing = request({ host: '127.0.0.1', port, ca, agent: false, path: '/' });
    outgoing.on('error', reject);
    outgoing.on('response', (response) => {
      const { socket } = response;
      if (!(socket instanceof TLSSocket)) throw new Error('no TLS');
      const { serialNumber } = socket.getPeerCertificate();
      response.resume();
      response.on('end', () => resolve([serialNumber, response.statusCode]));
    });
    outgoing.end();
  });
}

test('a receiver speaks HTTPS, and takes a new certificate when its file changes', async () => {
  const { cert: certFile, key: keyFile } = certificates.first;
  const config = httpSourceConfig({ tls: { certFile, keyFile }, tlsCheckMs: 100 });
  const source = createHttpSource(config, testContext());
  await source.connect(new AbortController().signal);
  try {
    const [before, status] = await serialOf(source.port ?? 0);
    expect(status).toBe(405);
    copyFileSync(certificates.second.key, keyFile);
    copyFileSync(certificates.second.cert, certFile);
    await waitFor(async () => (await serialOf(source.port ?? 0))[0] !== before);
  } finally {
    await source.close();
  }
});

test('a receiver says which file cannot be read', async () => {
  const tls = { certFile: '/nonexistent.pem', keyFile: certificates.first.key };
  const source = createHttpSource(httpSourceConfig({ tls }), testContext());
  await expect(source.connect(new AbortController().signal)).rejects.toMatchObject({
    code: 'VIA_CLOUDEVENTS_TLS_FILE',
    kind: 'permanent',
  });
});

test('a sender trusts the authority it is given, and no stranger', async () => {
  const { cert: certFile, key: keyFile } = certificates.second;
  const config = httpSourceConfig({ tls: { certFile, keyFile } });
  const source = createHttpSource(config, testContext());
  const never = new AbortController().signal;
  await source.connect(never);
  const abort = new AbortController();
  const reading = (async () => {
    for await (const batch of source.deliveries(abort.signal)) {
      for (const delivery of batch) delivery.ack();
    }
  })();
  const outcomeWith = async (tls: { readonly caFile?: string }): Promise<unknown> => {
    const url = `https://127.0.0.1:${source.port ?? 0}/`;
    const sink = createHttpSink(httpSinkConfig({ url, tls }), testContext());
    await sink.connect(never);
    const parcel = { event: anyEvent(), natives: [cloudEvent('x')] };
    const [outcome] = await sink.send([parcel], never);
    await sink.close();
    return outcome;
  };
  expect(await outcomeWith({ caFile: certificates.ca })).toEqual({ kind: 'delivered' });
  expect(await outcomeWith({})).toMatchObject({
    kind: 'unavailable',
    code: 'VIA_CLOUDEVENTS_UNREACHABLE',
  });
  abort.abort();
  await reading;
  await source.close();
});
