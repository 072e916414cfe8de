/**
 * Brokers that hear what they send: traps that must equal the vendor's have no place for a trail,
 * so only what was sent is remembered. Real brokers, real datagrams.
 */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { waitFor } from '@viaduct/testkit';
import { snmpCodec, writeDatagram, type SnmpNotification } from '@viaduct/snmp/codec';
import { freePort } from '../../../tools/peers/free-port.ts';
import { startBroker, type LiveBroker } from './interop/live-broker.ts';

const TIMEOUT_MS = 120_000;

const cleanups: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

interface Nms {
  readonly port: number;
  /** Execution ids of the traps that came, in order. */
  readonly heard: readonly string[];
}

/** A receiver beside the brokers, which sees every trap that goes round. */
async function openNms(): Promise<Nms> {
  const socket = await bound();
  const heard: string[] = [];
  socket.on('message', (bytes) => {
    const parsed = snmpCodec.parse({ datagramBase64: bytes.toString('base64') });
    const decoded = parsed.ok
      ? snmpCodec.decode(parsed.value, { receivedAt: 0, system: 'x', ordinal: 0 })
      : parsed;
    heard.push(decoded.ok ? (decoded.value[0]?.event.data.resource.id ?? '') : 'unreadable');
  });
  return { port: socket.address().port, heard };
}

async function bound(): Promise<Socket> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  cleanups.push(async () => void socket.close());
  return socket;
}

/** A broker that sends every trap it hears to `next`, and to the receiver. */
async function startRelay(listen: number, next: number, nms: number): Promise<LiveBroker> {
  const sink = (port: number): string =>
    `{ adapter: snmp, target: "127.0.0.1:${String(port)}", version: 2, community: public, ` +
    'profile: cloudify, inform: false }';
  const broker = await startBroker(
    [
      'sources:',
      `  traps: { adapter: snmp, listen: "127.0.0.1:${String(listen)}", communities: [public] }`,
      'sinks:',
      `  next: ${sink(next)}`,
      `  nms: ${sink(nms)}`,
      'routes:',
      '  - { from: traps, to: [next, nms] }',
      '',
    ].join('\n'),
    ['traps', 'next', 'nms'],
  );
  cleanups.push(() => broker.remove());
  return broker;
}

/** As a Cloudify manager says that a workflow has started (CLOUDIFY-MIB, measured). */
async function sendTrap(port: number, execution: string): Promise<void> {
  const properties = '1.3.6.1.4.1.52312.1.1';
  const text = (object: number, value: string) =>
    ({ oid: `${properties}.${String(object)}.0`, type: 'OctetString', value }) as const;
  const trap: SnmpNotification = {
    version: 'v2c',
    pdu: 'trap',
    trapOid: '1.3.6.1.4.1.52312.1.0.1',
    varbinds: [
      { oid: `${properties}.1.0`, type: 'Counter64', value: 1_767_323_045 },
      text(3, 'default_tenant'),
      text(2, 'web'),
      text(4, 'install'),
      text(5, execution),
      text(6, '{}'),
    ],
  };
  const socket = createSocket('udp4');
  const datagram = writeDatagram(trap, 'public', { requestId: 1, upTime: 1 });
  await new Promise((resolve) => socket.send(datagram, port, '127.0.0.1', resolve));
  socket.close();
}

/** Sends traps one after the other, each when the one before has gone its way. */
async function sendAll(port: number, nms: Nms, ways: number): Promise<readonly string[]> {
  const executions = ['e-1', 'e-2', 'e-3', 'e-4'];
  for (const execution of executions) {
    await sendTrap(port, execution);
    const arrived = (): number => nms.heard.filter((id) => id === execution).length;
    await waitFor(() => arrived() >= ways, { timeoutMs: TIMEOUT_MS, what: execution });
  }
  return executions.flatMap((id) => Array.from({ length: ways }, () => id));
}

describe('a broker that hears its own traps', { timeout: TIMEOUT_MS }, () => {
  it('sends each once', async () => {
    const nms = await openNms();
    const port = await freePort();
    const broker = await startRelay(port, port, nms.port);
    const expected = await sendAll(port, nms, 1);
    expect(await broker.stop()).toBe(0);
    expect(nms.heard).toEqual(expected);
  });

  it('knows them after a restart', async () => {
    const nms = await openNms();
    const port = await freePort();
    const broker = await startRelay(port, port, nms.port);
    await sendAll(port, nms, 1);
    await broker.stop();
    await broker.start();
    // They come back late, as from a neighbour that was away; only the last one is new.
    for (const execution of ['e-1', 'e-2', 'e-3', 'e-4', 'e-5']) await sendTrap(port, execution);
    await waitFor(() => nms.heard.includes('e-5'), { timeoutMs: TIMEOUT_MS, what: 'e-5' });
    expect(await broker.stop()).toBe(0);
    expect(nms.heard).toEqual(['e-1', 'e-2', 'e-3', 'e-4', 'e-5']);
  });
});

describe('two brokers that send one another traps', { timeout: TIMEOUT_MS }, () => {
  it('come to rest after one lap', async () => {
    const nms = await openNms();
    const [east, west] = [await freePort(), await freePort()];
    const brokers = [
      await startRelay(east, west, nms.port),
      await startRelay(west, east, nms.port),
    ];
    const expected = await sendAll(east, nms, 2);
    for (const broker of brokers) expect(await broker.stop()).toBe(0);
    expect(nms.heard).toEqual(expected);
  });
});
