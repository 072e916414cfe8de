import type { CanonicalEvent, DecodeContext, EncodeContext, JsonObject } from '@viaduct/core';
import { composeEvent } from '@viaduct/core';
import { TEST_BROKER_ID } from '@viaduct/testkit';
import { textAttribute } from '../src/message.ts';
import { cloudeventsCodec, type CloudEventMessage } from '../src/codec.ts';

/** The world that tests decode in. */
export const DECODE_CONTEXT: DecodeContext = {
  receivedAt: Date.UTC(2026, 10, 21, 19, 6),
  system: 'test',
  ordinal: 1,
};

/** The world that tests encode in. */
export const ENCODE_CONTEXT: EncodeContext<CloudEventMessage> = {
  sentAt: Date.UTC(2026, 10, 21, 19, 7),
  attempt: 1,
  nonce: '0123456789abcdef0123456789abcdef',
  brokerId: TEST_BROKER_ID,
};

/** An event of another dialect. */
export function anyEvent(label = 'i-1'): CanonicalEvent {
  return composeEvent(
    {
      id: '5f0c7c5e-5f0b-4d3e-9c35-0d1f2a3b4c5d',
      dialect: 'oslo',
      source: 'oslo://test/compute.host1',
      nativetype: 'compute.instance.create.end',
      data: {
        resource: { kind: 'compute', type: 'instance', id: label, name: 'naïve "web" 100%' },
        action: 'create',
        phase: 'end',
        severity: 'info',
        message: 'Grüße, 世界 😀',
      },
    },
    DECODE_CONTEXT,
  );
}

/** A CloudEvent of somebody else's type, told apart by its subject. */
export function cloudEvent(label: string, more: JsonObject = {}): CloudEventMessage {
  const event = {
    specversion: '1.0',
    id: `id-${label}`,
    source: '/test',
    type: 'com.example.vm.created',
    subject: label,
    ...more,
  };
  return { event };
}

/** The subject of a CloudEvent. */
export function labelOf({ event }: CloudEventMessage): string {
  return textAttribute(event, 'subject') ?? '';
}

/** What an event becomes. */
export function encoded(event: CanonicalEvent, native?: CloudEventMessage): CloudEventMessage {
  const context = { ...ENCODE_CONTEXT, ...(native === undefined ? {} : { native }) };
  const result = cloudeventsCodec.encode(event, context);
  if (!result.ok) throw new Error(result.error.message);
  return result.value.natives[0] as CloudEventMessage;
}

/** The event of a message, redacted first as every receiver does. */
export function decoded(message: CloudEventMessage): CanonicalEvent {
  const result = cloudeventsCodec.decode(cloudeventsCodec.redact(message).native, DECODE_CONTEXT);
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message}`);
  return result.value[0]?.event as CanonicalEvent;
}
