import type { Delivery } from '@viaduct/core';
import { fakeClock, testContext, waitFor } from '@viaduct/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freePort } from '../../../tools/peers/free-port.ts';
import { InformLedger } from '../src/receive/inform-ledger.ts';
import type { SnmpMessage } from '../src/message.ts';
import { SnmpSource } from '../src/source.ts';
import { TestAgent } from './udp-peers.ts';

describe('an inform', () => {
  let port: number;
  let agent: TestAgent;
  beforeEach(async () => {
    port = await freePort();
    agent = new TestAgent(port, 'inform');
    await agent.open();
  });
  afterEach(() => agent.close());

  /** Reads one source until it is told to stop; `settle` sees each delivery once. */
  async function reading(
    settle: (delivery: Delivery<SnmpMessage>) => void,
  ): Promise<() => Promise<void>> {
    const source = new SnmpSource({ listen: [`127.0.0.1:${port}`] }, testContext());
    const abort = new AbortController();
    await source.connect(abort.signal);
    const done = (async () => {
      for await (const batch of source.deliveries(abort.signal)) batch.forEach(settle);
    })();
    return async () => {
      abort.abort();
      await done;
      await source.close();
    };
  }

  it('comes again to the next source while nobody acknowledged it', async () => {
    let seen = 0;
    const stopFirst = await reading(() => (seen += 1));
    await agent.send('one');
    await waitFor(() => seen === 1);
    await stopFirst();
    expect(agent.unanswered).toBe(1);
    const stopSecond = await reading((delivery) => delivery.ack());
    await waitFor(() => agent.unanswered === 0);
    await stopSecond();
  });

  it('is delivered again after it was given back, and once after it was dropped', async () => {
    let seen = 0;
    const stop = await reading((delivery) => {
      seen += 1;
      if (seen === 1) delivery.reject('retry');
      else delivery.ack();
    });
    await agent.send('one');
    await waitFor(() => agent.unanswered === 0);
    expect(seen).toBe(2);
    await stop();
  });
});

describe('the ledger of informs', () => {
  it('answers what is known already, and forgets after its time', async () => {
    const clock = fakeClock();
    const ledger = new InformLedger(10, 1_000, clock);
    const answers: string[] = [];
    const note = (name: string): string => ledger.note('key', () => answers.push(name));
    expect(note('first')).toBe('new');
    expect(note('second')).toBe('again');
    expect(answers).toEqual([]);
    ledger.answer('key');
    ledger.answer('key');
    expect(answers).toEqual(['second']);
    expect(note('third')).toBe('again');
    expect(answers).toEqual(['second', 'third']);
    await clock.advance(1_001);
    expect(note('fourth')).toBe('new');
  });

  it('hands over once what comes again while it waits, however long that takes', async () => {
    const clock = fakeClock();
    const ledger = new InformLedger(10, 1_000, clock);
    let answers = 0;
    expect(ledger.note('key', () => expect.unreachable())).toBe('new');
    await clock.advance(5_000);
    expect(ledger.note('key', () => (answers += 1))).toBe('again');
    ledger.answer('key');
    expect(answers).toBe(1);
  });

  it('keeps silent about what was dropped', () => {
    const ledger = new InformLedger(10, 1_000, fakeClock());
    expect(ledger.note('key', () => expect.unreachable())).toBe('new');
    ledger.drop('key');
    expect(ledger.note('key', () => expect.unreachable())).toBe('again');
  });

  it('is bounded: settled entries make room, pending ones do not', () => {
    const ledger = new InformLedger(2, 1_000, fakeClock());
    const note = (key: string): string => ledger.note(key, () => undefined);
    expect([note('a'), note('b'), note('c')]).toEqual(['new', 'new', 'full']);
    ledger.answer('a');
    expect(note('c')).toBe('new');
    expect(ledger.size).toBe(2);
    ledger.forgetPending();
    expect(ledger.size).toBe(0);
  });
});
