/**
 * What spans say of an event. Names with a meaning to others are those of the semantic conventions
 * of OpenTelemetry (messaging and CloudEvents, whose events ours are); the rest is `viaduct.…`.
 * Only what names an event: no data, no native message, so nothing secret either.
 */
import type { Attributes } from '@opentelemetry/api';
import type { CanonicalEvent } from '@viaduct/core';

/** https://opentelemetry.io/docs/specs/semconv/registry/attributes/ and what is ours alone. */
export const ATTRIBUTE = {
  system: 'messaging.system',
  operationName: 'messaging.operation.name',
  operationType: 'messaging.operation.type',
  messageId: 'messaging.message.id',
  conversationId: 'messaging.message.conversation_id',
  eventId: 'cloudevents.event_id',
  eventSource: 'cloudevents.event_source',
  eventType: 'cloudevents.event_type',
  eventSubject: 'cloudevents.event_subject',
  errorType: 'error.type',
  source: 'viaduct.source',
  sink: 'viaduct.sink',
  nativeType: 'viaduct.nativetype',
  position: 'viaduct.position',
  result: 'viaduct.result',
  outcome: 'viaduct.outcome',
  attempt: 'viaduct.attempt',
  isReplayed: 'viaduct.replayed',
  stage: 'viaduct.stage',
} as const;

/** What names an event. */
export function eventAttributes(event: CanonicalEvent): Attributes {
  const { requestId } = event.data.correlation ?? {};
  return {
    [ATTRIBUTE.messageId]: event.id,
    [ATTRIBUTE.eventId]: event.id,
    [ATTRIBUTE.eventSource]: event.source,
    [ATTRIBUTE.eventType]: event.type,
    [ATTRIBUTE.eventSubject]: event.subject,
    [ATTRIBUTE.nativeType]: event.nativetype,
    ...(requestId === undefined ? {} : { [ATTRIBUTE.conversationId]: requestId }),
  };
}

/** What is done with a message, and by whom. `system`: the adapter's name. */
export function operationAttributes(
  name: 'receive' | 'deliver',
  system: string | undefined,
): Attributes {
  return {
    [ATTRIBUTE.operationName]: name,
    [ATTRIBUTE.operationType]: name === 'receive' ? 'receive' : 'send',
    ...(system === undefined ? {} : { [ATTRIBUTE.system]: system }),
  };
}
