/**
 * The codec benchmark: redact + decode, and encode, beside a plain full parse of the same messages
 * with the library that a script would use. Variants take turns in every round.
 */
import type { CanonicalEvent, Codec } from '@viaduct/core';
import { opennebulaCodec, type OpennebulaMessage } from '@viaduct/opennebula/codec';
import { osloCodec, type OsloMessage } from '@viaduct/oslo/codec';
import { XMLParser } from 'fast-xml-parser';
import { median, printTable, rate } from './figures.ts';
import { virtualMachineFrames } from './messages.ts';

const ROUNDS = 6; // one warm-up, five that count
const MESSAGES = 5_000;

/** One thing to time: does its work on message `index`. */
interface Variant {
  readonly name: string;
  /** What it is compared with; itself for a base. */
  readonly base: string;
  run(index: number): unknown;
}

/** Runs all variants and prints one table. */
export function benchCodecs(): void {
  const frames = virtualMachineFrames(MESSAGES);
  const events = decodeAll(opennebulaCodec, frames);
  const notifications = encodeAll(osloCodec, events);
  const osloEvents = decodeAll(osloCodec, notifications);
  const xml = new XMLParser({ parseTagValue: false, trimValues: false });
  const decode = <Native>(codec: Codec<Native>, natives: readonly Native[]) => {
    return (index: number): unknown => {
      const { native } = codec.redact(natives[index] as Native);
      return codec.decode(native, contextOf(index));
    };
  };
  const encode = <Native>(codec: Codec<Native>, of: readonly CanonicalEvent[]) => {
    return (index: number): unknown =>
      codec.encode(of[index] as CanonicalEvent, encodeContextOf(index));
  };
  const variants: readonly Variant[] = [
    {
      name: 'opennebula: full parse (fast-xml-parser)',
      base: 'opennebula: full parse (fast-xml-parser)',
      run: (index): unknown => xml.parse(text(frames[index])),
    },
    {
      name: 'opennebula: redact + decode',
      base: 'opennebula: full parse (fast-xml-parser)',
      run: decode(opennebulaCodec, frames),
    },
    {
      name: 'opennebula: encode (from oslo)',
      base: 'opennebula: full parse (fast-xml-parser)',
      run: encode(opennebulaCodec, osloEvents),
    },
    {
      name: 'oslo: full parse (JSON.parse twice)',
      base: 'oslo: full parse (JSON.parse twice)',
      run: (index) => parseTwice(notifications[index]),
    },
    {
      name: 'oslo: redact + decode',
      base: 'oslo: full parse (JSON.parse twice)',
      run: decode(osloCodec, notifications),
    },
    {
      name: 'oslo: encode (from opennebula)',
      base: 'oslo: full parse (JSON.parse twice)',
      run: encode(osloCodec, events),
    },
  ];
  printTable(
    `Codecs: ${String(MESSAGES)} VM messages a round, median of ${String(ROUNDS - 1)}`,
    timeAll(variants),
  );
}

function timeAll(variants: readonly Variant[]): Record<string, string>[] {
  const perSecond = new Map<string, number[]>(variants.map(({ name }) => [name, []]));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const variant of variants) {
      const startedAt = process.hrtime.bigint();
      for (let index = 0; index < MESSAGES; index += 1) variant.run(index);
      const elapsedNs = Number(process.hrtime.bigint() - startedAt);
      if (round > 0) perSecond.get(variant.name)?.push(MESSAGES / (elapsedNs / 1e9));
    }
  }
  const of = (name: string): number => median(perSecond.get(name) ?? []);
  return variants.map(({ name, base }) => ({
    variant: name,
    rate: rate(of(name)),
    'of full parse': (of(name) / of(base)).toFixed(2),
    'per message': `${(1e6 / of(name)).toFixed(1)} µs`,
  }));
}

function decodeAll<Native>(codec: Codec<Native>, natives: readonly Native[]): CanonicalEvent[] {
  return natives.map((native, index) => {
    const decoded = codec.decode(codec.redact(native).native, contextOf(index));
    const event = decoded.ok ? decoded.value[0]?.event : undefined;
    if (!event) throw new Error(`message ${String(index)} does not decode`);
    return event;
  });
}

function encodeAll<Native>(codec: Codec<Native>, events: readonly CanonicalEvent[]): Native[] {
  return events.map((event, index) => {
    const encoded = codec.encode(event, encodeContextOf(index));
    const native = encoded.ok ? encoded.value.natives[0] : undefined;
    if (!native) throw new Error(`event ${String(index)} does not encode`);
    return native;
  });
}

function contextOf(index: number): { receivedAt: number; system: string; ordinal: number } {
  return { receivedAt: Date.UTC(2026, 0, 1) + index, system: 'bench', ordinal: index };
}

function encodeContextOf(index: number): {
  sentAt: number;
  attempt: number;
  nonce: string;
  brokerId: string;
} {
  const nonce = index.toString(16).padStart(32, '0');
  return { sentAt: Date.UTC(2026, 0, 1) + index, attempt: 1, nonce, brokerId: 'bench' };
}

function text(frame: OpennebulaMessage | undefined): string {
  return Buffer.from(frame?.content ?? '', 'base64').toString('utf8');
}

function parseTwice(message: OsloMessage | undefined): unknown {
  const envelope = JSON.parse(String(message?.body)) as { 'oslo.message': string };
  return JSON.parse(envelope['oslo.message']);
}
