import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import type {
  CanonicalEvent,
  DecodeContext,
  Decoded,
  EncodeContext,
  JsonValue,
} from '@viaduct/core';

import { bonfireCodec, type BonfireMessage } from '../src/codec.ts';

const FIXTURES = join(import.meta.dirname, '../fixtures');

/** The world that tests decode in. */
export const DECODE_CONTEXT: DecodeContext = {
  receivedAt: Date.UTC(2026, 10, 21, 19, 6),
  system: 'test',
  ordinal: 1,
};

/** The world that tests encode in. */
export const ENCODE_CONTEXT: EncodeContext<BonfireMessage> = {
  sentAt: Date.UTC(2026, 10, 21, 19, 7),
  attempt: 1,
  nonce: '0123456789abcdef0123456789abcdef',
  brokerId: '0198c0de-0000-7000-8000-0000000000ff',
};

/** The name and message of every golden case. */
export function goldenMessages(): readonly (readonly [string, BonfireMessage])[] {
  return readdirSync(join(FIXTURES, 'golden'))
    .filter((file) => file.endsWith('.native.json'))
    .map((file) => {
      const name = file.slice(0, -'.native.json'.length);
      return [name, golden(name)] as const;
    });
}

/** One golden message. */
export function golden(name: string): BonfireMessage {
  const text = readFileSync(join(FIXTURES, 'golden', `${name}.native.json`), 'utf8');
  const parsed = bonfireCodec.parse(JSON.parse(text) as JsonValue);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.value;
}

/** The events of other dialects. */
export function foreignEvents(): readonly CanonicalEvent[] {
  return readdirSync(join(FIXTURES, 'foreign'))
    .filter((file) => file.endsWith('.event.json'))
    .map((file) => readFileSync(join(FIXTURES, 'foreign', file), 'utf8'))
    .map((text) => JSON.parse(text) as CanonicalEvent);
}

/** An event of another dialect. */
export function foreignEvent(name: string): CanonicalEvent {
  const text = readFileSync(join(FIXTURES, 'foreign', `${name}.event.json`), 'utf8');
  return JSON.parse(text) as CanonicalEvent;
}

/** What a message decodes to; throws where it does not. */
export function decoded(message: BonfireMessage): Decoded {
  const result = bonfireCodec.decode(bonfireCodec.redact(message).native, DECODE_CONTEXT);
  const [one] = result.ok ? result.value : [];
  if (one === undefined) throw new Error(result.ok ? 'no event' : result.error.message);
  return one;
}

/** The message that an event becomes; throws where it does not. */
export function encoded(
  event: CanonicalEvent,
  context: Partial<EncodeContext<BonfireMessage>> = {},
): BonfireMessage {
  const result = bonfireCodec.encode(event, { ...ENCODE_CONTEXT, ...context });
  const [one] = result.ok ? result.value.natives : [];
  if (one === undefined) throw new Error(result.ok ? 'no message' : result.error.message);
  return one;
}

/** The JSON object in a message. */
export function bodyOf({ body }: BonfireMessage): Record<string, unknown> {
  return JSON.parse(body as string) as Record<string, unknown>;
}
