import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CanonicalEvent, DecodeContext, EncodeContext, JsonValue } from '@viaduct/core';
import { cloudifyCodec, type CloudifyMessage } from '../src/codec.ts';

const FIXTURES = join(import.meta.dirname, '../fixtures');

/** The world that tests decode in. */
export const DECODE_CONTEXT: DecodeContext = {
  receivedAt: Date.UTC(2026, 10, 21, 19, 6),
  system: 'test',
  ordinal: 1,
};

/** The world that tests encode in. */
export const ENCODE_CONTEXT: EncodeContext<CloudifyMessage> = {
  sentAt: Date.UTC(2026, 10, 21, 19, 7),
  attempt: 1,
  nonce: '0123456789abcdef0123456789abcdef',
  brokerId: '0198c0de-0000-7000-8000-0000000000ff',
};

/** A fixture file as JSON. */
export function fixture(path: string): JsonValue {
  return JSON.parse(readFileSync(join(FIXTURES, path), 'utf8')) as JsonValue;
}

/** One message of the fixtures, by its name. */
export function golden(name: string): CloudifyMessage {
  const result = cloudifyCodec.parse(fixture(`golden/${name}.native.json`));
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

/** Every message of the fixtures. */
export function goldens(): readonly CloudifyMessage[] {
  return names('golden', '.native.json').map(golden);
}

/** Canonical events of other dialects. */
export function foreignEvents(): readonly CanonicalEvent[] {
  return names('foreign', '.event.json').map(
    (name) => fixture(`foreign/${name}.event.json`) as unknown as CanonicalEvent,
  );
}

function names(folder: string, suffix: string): readonly string[] {
  return readdirSync(join(FIXTURES, folder))
    .filter((file) => file.endsWith(suffix))
    .map((file) => file.slice(0, -suffix.length));
}

/** The one event of a message, redacted first as every receiver does. */
export function decoded(message: CloudifyMessage): CanonicalEvent {
  const result = cloudifyCodec.decode(cloudifyCodec.redact(message).native, DECODE_CONTEXT);
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message}`);
  const [first] = result.value;
  if (first === undefined) throw new Error('no event');
  return first.event;
}

/** What an event becomes. */
export function encoded(event: CanonicalEvent, native?: CloudifyMessage): CloudifyMessage {
  const known = native === undefined ? {} : { native };
  const result = cloudifyCodec.encode(event, { ...ENCODE_CONTEXT, ...known });
  if (!result.ok) throw new Error(result.error.message);
  return result.value.natives[0] as CloudifyMessage;
}
