/** What somebody recorded on the network and sends again, before and after a restart of ours. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { AdapterMemory, JsonValue } from '@viaduct/core';
import { testContext, waitFor, type TestContext } from '@viaduct/testkit';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { freePort } from '../../../tools/peers/free-port.ts';
import { recordSender, runSender } from '../../../tools/peers/snmptrapd.ts';
import { requirePeer } from '../../../tools/peers/started.ts';
import { SnmpSource } from '../src/source.ts';
import type { SnmpUser } from '../src/security/user.ts';

requirePeer('snmp');

const COLD_START = '1.3.6.1.6.3.1.1.5.1';
const SENDER = [
  ...['-v', '3', '-e', '0x80001f8805aabbccdd', '-u', 'ops', '-l', 'authPriv'],
  ...['-a', 'SHA-256', '-A', 'authpassword', '-x', 'AES', '-X', 'privpassword'],
];
const USER: SnmpUser = {
  name: 'ops',
  authProtocol: 'sha256',
  authPassword: 'authpassword',
  privProtocol: 'aes',
  privPassword: 'privpassword',
};

/** Listens between the sender and us. */
let eavesdropper: Socket;
const heard: Buffer[] = [];
beforeAll(async () => {
  recordSender();
  eavesdropper = createSocket('udp4').on('message', (bytes) => heard.push(bytes));
  eavesdropper.bind(0, '127.0.0.1');
  await once(eavesdropper, 'listening');
});
afterAll(() => void eavesdropper.close());

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

it('is refused and counted, after a restart too', async () => {
  const memory = durable();
  const trap = await recordTrap();
  const before = await startReceiver(memory);
  await before.send(trap);
  await waitFor(() => before.received() === 1);
  await before.send(trap);
  await waitFor(() => before.context.counts.get('replayed') === 1);
  await before.stop();

  const after = await startReceiver(memory);
  await after.send(trap);
  await waitFor(() => after.context.counts.get('replayed') === 1);
  expect(after.received()).toBe(0);
  // The sender itself is let in as before.
  await after.send(await recordTrap());
  await waitFor(() => after.received() === 1);
});

it('would be let in once by a receiver that has no memory of it', async () => {
  const trap = await recordTrap();
  const before = await startReceiver(durable());
  await before.send(trap);
  await waitFor(() => before.received() === 1);
  await before.stop();
  const stranger = await startReceiver(durable());
  await stranger.send(trap);
  await waitFor(() => stranger.received() === 1);
});

it('is refused by a receiver whose process was killed a while after it was first heard', async () => {
  const memory = durable();
  const trap = await recordTrap();
  const before = await startReceiver(memory);
  await before.send(trap);
  await waitFor(async () => (await memory.load()) !== undefined, { timeoutMs: 20_000 });
  const after = await startReceiver(memory); // the other one was never closed
  await after.send(trap);
  await waitFor(() => after.context.counts.get('replayed') === 1);
});

/** A datagram of a real sender: each is another one. */
async function recordTrap(): Promise<Buffer> {
  const before = heard.length;
  const { port } = eavesdropper.address();
  await runSender('snmptrap', [...SENDER, `127.0.0.1:${port}`, '', COLD_START]);
  await waitFor(() => heard.length > before);
  return heard.at(-1)!;
}

/** A place that outlives receivers, as the broker keeps it: JSON and nothing else. */
function durable(): AdapterMemory {
  let text: string | undefined;
  return {
    load: async () => (text === undefined ? undefined : (JSON.parse(text) as JsonValue)),
    save: async (value) => {
      text = JSON.stringify(value);
    },
  };
}

interface Receiving {
  readonly context: TestContext;
  received(): number;
  send(bytes: Buffer): Promise<void>;
  stop(): Promise<void>;
}

async function startReceiver(memory: AdapterMemory): Promise<Receiving> {
  const port = await freePort();
  const context = testContext();
  const config = { listen: [`127.0.0.1:${port}`], users: [USER] };
  const source = new SnmpSource(config, { ...context, memory });
  const abort = new AbortController();
  await source.connect(abort.signal);
  let received = 0;
  const reading = (async () => {
    for await (const batch of source.deliveries(abort.signal)) received += batch.length;
  })();
  const stop = async (): Promise<void> => {
    abort.abort();
    await reading;
    await source.close();
  };
  cleanups.push(stop);
  return {
    context,
    received: () => received,
    send: async (bytes) => {
      const socket = createSocket('udp4');
      await new Promise((resolve) => socket.send(bytes, port, '127.0.0.1', resolve));
      socket.close();
    },
    stop,
  };
}
