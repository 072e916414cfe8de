import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CanonicalEvent, DecodeContext, EncodeContext, JsonValue } from '@viaduct/core';
import { osloCodec, type OsloMessage } from '../src/codec.ts';

const FIXTURES = join(import.meta.dirname, '../fixtures');

/** The world that tests decode in. */
export const DECODE_CONTEXT: DecodeContext = {
  receivedAt: Date.UTC(2026, 10, 21, 19, 6),
  system: 'test',
  ordinal: 1,
};

/** The world that tests encode in. */
export const ENCODE_CONTEXT: EncodeContext<OsloMessage> = {
  sentAt: Date.UTC(2026, 10, 21, 19, 7),
  attempt: 1,
  nonce: '0123456789abcdef0123456789abcdef',
  brokerId: '0198c0de-0000-7000-8000-0000000000ff',
};

/** An event of another dialect. */
export function foreignEvent(name: string): CanonicalEvent {
  const text = readFileSync(join(FIXTURES, 'foreign', `${name}.event.json`), 'utf8');
  return JSON.parse(text) as CanonicalEvent;
}

/** The names of all events of other dialects. */
export function foreignNames(): readonly string[] {
  return readdirSync(join(FIXTURES, 'foreign'))
    .filter((file) => file.endsWith('.event.json'))
    .map((file) => file.slice(0, -'.event.json'.length));
}

/** One message of the corpora, by its name. */
export interface Sample {
  readonly name: string;
  readonly message: JsonValue;
}

/** Every message that was captured, and every sample that OpenStack's services publish. */
export function samples(): readonly Sample[] {
  return ['captured', 'nova-samples', 'service-samples'].flatMap((file) =>
    readFileSync(join(FIXTURES, `${file}.jsonl`), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Sample),
  );
}

/** The malformed ones, and those written by hand where upstream has no sample. */
export function goldenMessages(): readonly Sample[] {
  return readdirSync(join(FIXTURES, 'golden'))
    .filter((file) => file.endsWith('.native.json'))
    .map((file) => ({
      name: file.slice(0, -'.native.json'.length),
      message: JSON.parse(readFileSync(join(FIXTURES, 'golden', file), 'utf8')) as JsonValue,
    }));
}

/** A message out of its JSON form. */
export function parsed(value: JsonValue): OsloMessage {
  const result = osloCodec.parse(value);
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

/** The events of a message, redacted first as every receiver does. */
export function decoded(message: OsloMessage): readonly CanonicalEvent[] {
  const result = osloCodec.decode(osloCodec.redact(message).native, DECODE_CONTEXT);
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message}`);
  return result.value.map(({ event }) => event);
}

/** The body of what an event becomes, format v1. */
export function encodedBody(event: CanonicalEvent, native?: OsloMessage): string {
  const result = osloCodec.encode(event, {
    ...ENCODE_CONTEXT,
    options: { format: 'v1' },
    ...(native === undefined ? {} : { native }),
  });
  if (!result.ok) throw new Error(result.error.message);
  return result.value.natives[0]?.body as string;
}
