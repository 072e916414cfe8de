import type { AdapterContext } from '@viaduct/core';
import { systemClock, testContext, waitFor } from '@viaduct/testkit';
import { describe, expect, it } from 'vitest';
import { freePort } from '../../../tools/peers/free-port.ts';
import { SnmpSink } from '../src/sink.ts';
import { SnmpSource } from '../src/source.ts';
import type { SnmpUser } from '../src/security/user.ts';
import { anyEvent, labelled } from './notifications.ts';

const user: SnmpUser = {
  name: 'ops',
  authProtocol: 'sha256',
  authPassword: 'authpassword',
  privProtocol: 'aes',
  privPassword: 'privpassword',
};
const signal = new AbortController().signal;

/** A manager whose engine started so long ago, by its own clock. */
async function manager(port: number, brokerId: string, startedAt: number, uptimeS: number) {
  let isStarting = true;
  const clock = {
    ...systemClock,
    now: () => (isStarting ? startedAt : startedAt + uptimeS * 1_000),
  };
  const context: AdapterContext = { ...testContext(), brokerId, clock };
  const source = new SnmpSource({ listen: [`127.0.0.1:${port}`], users: [user] }, context);
  isStarting = false;
  const abort = new AbortController();
  await source.connect(abort.signal);
  let received = 0;
  const done = (async () => {
    for await (const batch of source.deliveries(abort.signal)) {
      received += batch.length;
      for (const delivery of batch) delivery.ack();
    }
  })();
  return {
    received: () => received,
    close: async () => {
      abort.abort();
      await done;
      await source.close();
    },
  };
}

describe('a manager that was installed anew', () => {
  it('gets informs again, although its clock is behind the one before', async () => {
    const port = await freePort();
    const sink = new SnmpSink(
      {
        target: `127.0.0.1:${port}`,
        version: 3,
        user,
        inform: true,
        coldStart: false,
        informTimeoutMs: 500,
      },
      testContext(),
    );
    await sink.connect(signal);
    const send = async (label: string): Promise<string | undefined> => {
      const natives = [labelled(label, 'inform')];
      const [outcome] = await sink.send([{ event: anyEvent(), natives }], signal);
      return outcome?.kind;
    };
    const old = await manager(port, 'old', Date.UTC(2026, 5, 1), 5_000);
    expect(await send('one')).toBe('delivered');
    await old.close();

    const lost = sink.lost();
    const fresh = await manager(port, 'new', Date.UTC(2025, 5, 1), 1);
    await waitFor(async () => {
      if ((await send('two')) === 'delivered') return true;
      // As the engine does: what is lost is made anew.
      await lost;
      await sink.close();
      await sink.connect(signal);
      return false;
    });
    expect(fresh.received()).toBeGreaterThan(0);
    await fresh.close();
    await sink.close();
  });
});
