import type { Delivery, SourceGap } from '@viaduct/core';
import { fakeClock, testContext, type FakeClock, type TestContext } from '@viaduct/testkit';
import { beforeEach, describe, expect, it } from 'vitest';
import { SOURCE_DEFAULTS, type SourceSettings } from '../src/config.ts';
import { createEngine } from '../src/security/engine.ts';
import type { SnmpMessage } from '../src/message.ts';
import { ReplayGuard } from '../src/security/replay-guard.ts';
import { Receiver } from '../src/receive/receiver.ts';
import { writeDatagram } from '../src/wire/write-pdu.ts';
import { labelled } from './notifications.ts';

describe('a receiver', () => {
  let clock: FakeClock;
  let context: TestContext;
  let taken: Delivery<SnmpMessage>[];
  let replies: Uint8Array[];
  let hasRoom: boolean;
  let missing: SourceGap[];
  beforeEach(() => {
    clock = fakeClock();
    context = testContext();
    taken = [];
    replies = [];
    hasRoom = true;
    missing = [];
  });

  function create(settings: Partial<SourceSettings> = {}): (bytes: Uint8Array) => void {
    const all = { ...SOURCE_DEFAULTS, ...settings };
    const own = { ...context, clock };
    const guard = new ReplayGuard('window');
    const tell = (gap: SourceGap): void => void missing.push(gap);
    const receiver = new Receiver(all, own, createEngine(own), guard, tell);
    const from = { address: '::ffff:192.0.2.5', port: 5_000, family: 'IPv6' as const, size: 0 };
    return (bytes) => {
      const reply = (answer: Uint8Array): void => void replies.push(answer);
      receiver.receive({ bytes, from, receivedAt: clock.now(), reply }, (delivery) => {
        if (hasRoom) taken.push(delivery);
        return hasRoom;
      });
    };
  }

  const datagram = (label: string, pdu: 'trap' | 'inform', requestId = 1): Uint8Array =>
    writeDatagram(labelled(label, pdu), 'public', { requestId, upTime: 0 });

  it('answers an inform with the inform itself, its tag changed, once it is acknowledged', () => {
    const receive = create();
    const inform = datagram('one', 'inform');
    receive(inform);
    expect(replies).toEqual([]);
    taken[0]?.ack();
    const [answer] = replies;
    const changed = [...inform.keys()].filter((at) => answer?.[at] !== inform[at]);
    expect(changed.map((at) => [inform[at], answer?.[at]])).toEqual([[0xa6, 0xa2]]);
    expect(taken[0]).toMatchObject({ native: { agent: '192.0.2.5', requestId: 1 } });
  });

  it('takes two informs of one request id and different contents for two', () => {
    const receive = create();
    receive(datagram('one', 'inform'));
    receive(datagram('two', 'inform'));
    receive(datagram('one', 'inform'));
    expect(taken).toHaveLength(2);
    expect(context.counts.get('inform-again')).toBe(1);
  });

  it('leaves an inform unanswered that it had no room for, and takes it when it comes again', () => {
    const receive = create();
    hasRoom = false;
    receive(datagram('one', 'inform'));
    receive(datagram('two', 'trap'));
    expect(context.counts.get('overflow')).toBe(2);
    // The inform comes again, the trap does not.
    expect(missing).toEqual([{ reason: 'overflow', messages: 1 }]);
    hasRoom = true;
    receive(datagram('one', 'inform'));
    expect(taken).toHaveLength(1);
  });

  it('takes only the versions that it is told to', () => {
    const receive = create({ versions: [3] });
    receive(datagram('one', 'trap'));
    expect(taken).toEqual([]);
    expect(context.counts.get('refused-version')).toBe(1);
  });

  it('counts traps that are given back: they are lost', () => {
    const receive = create();
    receive(datagram('one', 'trap'));
    receive(datagram('two', 'trap'));
    taken[0]?.reject('retry');
    taken[1]?.reject('discard');
    expect(context.counts.get('trap-lost')).toBe(1);
    expect(missing).toEqual([{ reason: 'given-back', messages: 1 }]);
  });

  it('makes dead letters of garbage, without the community, and only so many a minute', async () => {
    const receive = create();
    const cut = datagram('one', 'trap').subarray(0, 30);
    for (let index = 0; index < 400; index += 1) receive(cut);
    expect(taken).toHaveLength(300);
    expect(context.counts.get('malformed')).toBe(400);
    const [first] = taken;
    if (first === undefined || !('malformed' in first)) throw new Error('it was no SNMP');
    expect(first.malformed).toMatchObject({
      bytes: 30,
      error: { code: 'VIA_SNMP_DATAGRAM_MALFORMED' },
    });
    expect(Buffer.from(first.malformed.text, 'base64').toString('latin1')).not.toContain('public');
    await clock.advance(60_000);
    receive(cut);
    expect(taken).toHaveLength(301);
  });

  it('answers nobody who polls it', () => {
    const receive = create();
    receive(
      Uint8Array.from(
        Buffer.from(
          '302602010104067075626c6963a019020101020100020100300e300c06082b060102010101000500',
          'hex',
        ),
      ),
    );
    expect(replies).toEqual([]);
    expect(taken).toEqual([]);
    expect(context.counts.get('not-a-notification')).toBe(1);
  });
});
