import { ADAPTER_MEMORY_LENGTH_MAX, type JsonValue } from '@viaduct/core';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { fakeClock, testContext, type FakeClock } from '@viaduct/testkit';
import fc from 'fast-check';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createEngine, type Engine } from '../src/security/engine.ts';
import { BerCursor } from '../src/wire/ber-reader.ts';
import { readScopedPdu, readV3Header } from '../src/wire/read-datagram.ts';
import { ReplayGuard } from '../src/security/replay-guard.ts';
import { SnmpSink } from '../src/sink.ts';
import type { SnmpUser } from '../src/security/user.ts';
import { Usm, type Opened } from '../src/security/usm.ts';
import { anyEvent, labelled } from './notifications.ts';

const users: readonly SnmpUser[] = [
  {
    name: 'ops',
    authProtocol: 'sha256',
    authPassword: 'authpassword',
    privProtocol: 'aes',
    privPassword: 'privpassword',
  },
  { name: 'signer', authProtocol: 'sha512', authPassword: 'authpassword' },
];
const signal = new AbortController().signal;

/** What net-snmp sends for one notification of a user, as it goes over the wire. */
async function sent(user: SnmpUser, label: string): Promise<Uint8Array> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const target = `127.0.0.1:${socket.address().port}`;
  const sink = new SnmpSink({ target, version: 3, user, coldStart: false }, testContext());
  await sink.connect(signal);
  const datagram = once(socket, 'message') as Promise<[Buffer]>;
  await sink.send([{ event: anyEvent(), natives: [labelled(label, 'trap')] }], signal);
  const [bytes] = await datagram;
  await sink.close();
  socket.close();
  return Uint8Array.from(bytes);
}

/** Where the digest, the boots and the flags are in a captured trap. */
function changed(bytes: Uint8Array, at: number, byte: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[at] = byte;
  return copy;
}

/**
 * Where msgFlags is (RFC 3412 §6). Searched for by its bytes it would sometimes be found in the
 * random message id before it.
 */
function flagsAt(message: Uint8Array): number {
  const fields = new BerCursor(message).enter(0x30, 'the message');
  fields.next(); // msgVersion
  const global = fields.enter(0x30, 'msgGlobalData');
  global.next(); // msgID
  global.next(); // msgMaxSize
  return global.next().start;
}

describe('the user-based security of the receiver', () => {
  let clock: FakeClock;
  let engine: Engine;
  let usm: Usm;
  let secret: Uint8Array;
  let signed: Uint8Array;
  beforeAll(async () => {
    secret = await sent(users[0]!, 'secret');
    signed = await sent(users[1]!, 'signed');
  });
  beforeEach(() => {
    clock = fakeClock();
    engine = createEngine({ brokerId: 'b', name: 'n', clock });
    usm = new Usm(users, engine, new ReplayGuard('window'), clock);
  });
  const reasonOf = (opened: Opened): string =>
    opened.kind === 'refused' ? opened.reason : opened.kind;

  it('opens what another implementation signed and encrypted', () => {
    for (const bytes of [secret, signed]) {
      const opened = usm.open(bytes);
      expect(opened).toMatchObject({ kind: 'notification', notification: { version: 'v3' } });
    }
  });

  it('refuses a message that comes a second time', () => {
    expect(reasonOf(usm.open(secret))).toBe('notification');
    expect(reasonOf(usm.open(secret))).toBe('replayed');
  });

  it('refuses a message with any byte changed, and decrypts none of them', () => {
    for (let at = 0; at < secret.length; at += 1) {
      const opened = usm.open(changed(secret, at, (secret[at] as number) ^ 0x01));
      expect(opened.kind).not.toBe('notification');
      expect(reasonOf(opened)).not.toBe('decryption-failed');
    }
  });

  it('tells nobody its clock but who has the password', () => {
    const header = readV3Header(signed);
    if (!header.ok) throw new Error(header.error.message);
    const opened = usm.open(changed(signed, flagsAt(signed), 0x05)); // as if it wanted an answer
    if (opened.kind !== 'refused' || opened.report === undefined) throw new Error('no report');
    expect(opened.reason).toBe('unknown-engine');
    const report = readV3Header(opened.report);
    if (!report.ok) throw new Error(report.error.message);
    expect(report.value).toMatchObject({ flags: 0, msgId: header.value.msgId });
    expect([...report.value.engineId]).toEqual([...engine.id]);
    const { start, end } = report.value.scoped;
    expect(readScopedPdu(opened.report.subarray(start, end)).ok).toBe(true);
    expect(new BerCursor(opened.report).next().end).toBe(opened.report.length);
  });

  it('stands every mutated message', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(0, 1),
        fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { minLength: 1, maxLength: 5 }),
        fc.nat(500),
        (which, changes, end) => {
          const copy = Uint8Array.from([secret, signed][which]!).slice(0, end);
          for (const [at, byte] of changes) if (at < copy.length) copy[at] = byte;
          expect(['refused', 'malformed', 'notification']).toContain(usm.open(copy).kind);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

describe('the guard against replays', () => {
  const stamp = (boots: number, time: number, digest = `${boots}/${time}`) => ({
    sender: 'engine user',
    boots,
    time,
    digest,
  });

  it('lets pass what is new, and what is not far behind', () => {
    const guard = new ReplayGuard('window');
    expect(guard.admits(stamp(5, 1_000), 0)).toBe(true);
    expect(guard.admits(stamp(5, 851), 0)).toBe(true);
    expect(guard.admits(stamp(5, 849), 0)).toBe(false);
    expect(guard.admits(stamp(4, 9_999), 0)).toBe(false);
    expect(guard.admits(stamp(6, 0), 0)).toBe(true);
  });

  it('lets the clock of a sender go on while it is silent', () => {
    const guard = new ReplayGuard('window');
    expect(guard.admits(stamp(5, 1_000), 0)).toBe(true);
    expect(guard.admits(stamp(5, 1_001), 200_000)).toBe(false);
    expect(guard.admits(stamp(5, 1_200), 200_000)).toBe(true);
  });

  it('goes by repetitions where a sender has no clock', () => {
    const guard = new ReplayGuard('window');
    expect(guard.admits(stamp(0, 0, 'a'), 0)).toBe(true);
    expect(guard.admits(stamp(0, 0, 'b'), 1_000_000)).toBe(true);
    expect(guard.admits(stamp(0, 0, 'b'), 1_000_000)).toBe(false);
  });

  it('goes by repetitions alone where it is told to', () => {
    const guard = new ReplayGuard('repeats');
    expect(guard.admits(stamp(5, 1_000), 0)).toBe(true);
    expect(guard.admits(stamp(4, 1), 0)).toBe(true);
    expect(guard.admits(stamp(4, 1), 0)).toBe(false);
  });

  it('knows after a restart what it knew before', () => {
    const before = new ReplayGuard('window');
    expect(before.admits(stamp(5, 1_000, 'first'), 0)).toBe(true);
    expect(before.admits(stamp(5, 1_001, 'second'), 0)).toBe(true);
    const after = new ReplayGuard('window');
    after.restore(JSON.parse(JSON.stringify(before.snapshot())) as JsonValue);
    expect(after.admits(stamp(5, 1_000, 'first'), 1_000)).toBe(false);
    expect(after.admits(stamp(4, 9_999), 1_000)).toBe(false);
    expect(after.admits(stamp(5, 1_002), 200_000)).toBe(false);
    expect(after.admits(stamp(5, 1_200), 200_000)).toBe(true);
  });

  it('takes over nothing from what is no snapshot', () => {
    const guard = new ReplayGuard('window');
    const senders: JsonValue = [null, { name: 'engine user' }, { name: 1, digests: [] }];
    for (const one of [null, 7, [], { senders: 1 }, { senders }]) guard.restore(one);
    expect(guard.snapshot()).toEqual({ senders: [] });
  });

  it('has a snapshot that fits into the memory of a source', () => {
    const guard = new ReplayGuard('window');
    for (let index = 0; index < 2_000; index += 1) {
      for (let message = 0; message < 64; message += 1) {
        const digest = `${index}-${message}`.padEnd(48, 'f');
        guard.admits({ sender: `${'ab'.repeat(32)} user`, boots: 1, time: 1, digest }, 0);
        guard.admits({ sender: `${'ab'.repeat(28)}${index} user`, boots: 1, time: 1, digest }, 0);
      }
    }
    expect(JSON.stringify(guard.snapshot()).length).toBeLessThan(ADAPTER_MEMORY_LENGTH_MAX);
  });

  it('remembers a bounded number of senders, and forgets the longest unused', () => {
    const guard = new ReplayGuard('window');
    for (let index = 0; index <= 10_000; index += 1) {
      guard.admits({ ...stamp(1, 1), sender: `engine ${index}` }, 0);
    }
    expect(guard.admits({ ...stamp(1, 1), sender: 'engine 0' }, 0)).toBe(true);
    expect(guard.admits({ ...stamp(1, 1), sender: 'engine 10000' }, 0)).toBe(false);
  });
});
