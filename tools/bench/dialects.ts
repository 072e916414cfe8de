/**
 * Decode and encode of every dialect that the broker registers, over the same events: virtual
 * machines of OpenNebula (for OpenNebula itself the same machines as OpenStack tells of them, so
 * that nothing is copied from a native message). What is decoded is what was encoded.
 */
import { ADAPTERS } from '@viaduct/broker';
import type { CanonicalEvent, Codec } from '@viaduct/core';
import { median, printTable, rate } from './figures.ts';
import { virtualMachineFrames } from './messages.ts';

const ROUNDS = 6; // one warm-up, five that count
const MESSAGES = 2_000;

/** One thing to time: does its work on message `index`. */
interface Variant {
  readonly dialect: string;
  readonly work: string;
  readonly bytes: number;
  run(index: number): unknown;
}

/** Times all dialects in turn and prints one table. */
export async function benchDialects(): Promise<void> {
  const variants: Variant[] = [];
  const frames = virtualMachineFrames(MESSAGES);
  const machines = decodeAll(await codecOf('opennebula'), frames);
  const oslo = await codecOf('oslo');
  const servers = decodeAll(oslo, encodeAll(oslo, machines));
  for (const { name, loadCodec } of ADAPTERS) {
    const codec = await loadCodec();
    const events = name === 'opennebula' ? servers : machines;
    const natives = encodeAll(codec, events);
    const texts = natives.map((native) => textOf(codec, native));
    const bytes = texts.reduce((sum, text) => sum + text.length, 0) / texts.length;
    const encode = (index: number): unknown =>
      codec.encode(events[index] as CanonicalEvent, encodeContextOf(index));
    const decode = (index: number): unknown =>
      codec.decode(codec.redact(natives[index]).native, contextOf(index));
    variants.push(
      { dialect: name, work: 'encode', bytes, run: encode },
      { dialect: name, work: 'redact + decode', bytes, run: decode },
    );
  }
  printTable(
    `Dialects: ${String(MESSAGES)} VM events a round, median of ${String(ROUNDS - 1)}`,
    timeAll(variants),
  );
}

function timeAll(variants: readonly Variant[]): Record<string, string>[] {
  const perSecond = variants.map((): number[] => []);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [at, { run }] of variants.entries()) {
      const startedAt = process.hrtime.bigint();
      for (let index = 0; index < MESSAGES; index += 1) run(index);
      const elapsedNs = Number(process.hrtime.bigint() - startedAt);
      if (round > 0) perSecond[at]?.push(MESSAGES / (elapsedNs / 1e9));
    }
  }
  return variants.map(({ dialect, work, bytes }, at) => {
    const middle = median(perSecond[at] ?? []);
    return {
      dialect: `${dialect}: ${work}`,
      rate: rate(middle),
      'per message': `${(1e6 / middle).toFixed(1)} µs`,
      'bytes of JSON': bytes.toFixed(0),
    };
  });
}

async function codecOf(dialect: string): Promise<Codec<unknown>> {
  const entry = ADAPTERS.find(({ name }) => name === dialect);
  if (entry === undefined) throw new Error(`there is no dialect ${dialect}`);
  return entry.loadCodec();
}

function decodeAll(codec: Codec<unknown>, natives: readonly unknown[]): CanonicalEvent[] {
  return natives.map((native, index) => {
    const decoded = codec.decode(codec.redact(native).native, contextOf(index));
    const event = decoded.ok ? decoded.value[0]?.event : undefined;
    if (!event) throw new Error(`${codec.dialect}: message ${String(index)} does not decode`);
    return event;
  });
}

function encodeAll(codec: Codec<unknown>, events: readonly CanonicalEvent[]): unknown[] {
  return events.map((event, index) => {
    const encoded = codec.encode(event, encodeContextOf(index));
    const native = encoded.ok ? encoded.value.natives[0] : undefined;
    if (!native) throw new Error(`${codec.dialect}: event ${String(index)} does not encode`);
    return native;
  });
}

function textOf(codec: Codec<unknown>, native: unknown): string {
  return codec.formatText?.(native) ?? JSON.stringify(codec.format(native));
}

function contextOf(index: number): { receivedAt: number; system: string; ordinal: number } {
  return { receivedAt: Date.UTC(2026, 0, 1) + index, system: 'bench', ordinal: index };
}

function encodeContextOf(index: number) {
  const nonce = index.toString(16).padStart(32, '0');
  return { sentAt: Date.UTC(2026, 0, 1) + index, attempt: 1, nonce, brokerId: 'bench' };
}
