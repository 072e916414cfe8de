import type { CanonicalEvent, EncodeContext, JsonObject } from '@viaduct/core';
import type { OsloEncodeOptions } from './encode-options.ts';
import { COMPRESSION_HEADER, ID_HEADER, TRAIL_HEADER, type OsloMessage } from './message.ts';
import { ENVELOPE_VERSION, MESSAGE_KEY, VERSION_KEY } from './notification.ts';
import type { Priority } from './priority.ts';
import { pythonString } from './python-json.ts';

/** The envelope of format v2 around the text of a notification. */
export function envelopeText(notification: string): string {
  return `{"${VERSION_KEY}": "${ENVELOPE_VERSION}", "${MESSAGE_KEY}": ${pythonString(notification)}}`;
}

/** A message with the properties that every driver of oslo.messaging sends. */
export function writeMessage(
  notification: string,
  event: CanonicalEvent,
  context: EncodeContext<OsloMessage>,
  options: OsloEncodeOptions,
  priority: Priority,
): OsloMessage {
  return {
    exchange: options.exchange,
    routingKey: `${options.topic}.${priority}`,
    properties: {
      contentType: 'application/json',
      contentEncoding: 'utf-8',
      headers: viaductHeaders(event, context),
      deliveryMode: 2,
      priority: 0,
    },
    body: options.format === 'v1' ? notification : envelopeText(notification),
  };
}

/**
 * The headers with the two of ours in place: the canonical id and the trail of brokers, this one
 * the last. The original's others stay, but for those in `without` and the one that says how it
 * was compressed.
 */
export function viaductHeaders(
  event: CanonicalEvent,
  context: EncodeContext<OsloMessage>,
  original: JsonObject = {},
  without: readonly string[] = [],
): JsonObject {
  const headers: Record<string, JsonObject[string]> = {};
  for (const [name, value] of Object.entries(original)) {
    if (name !== COMPRESSION_HEADER && !without.includes(name)) headers[name] = value;
  }
  headers[ID_HEADER] = event.id;
  headers[TRAIL_HEADER] = trailOf(event.trail, context.brokerId);
  return headers;
}

function trailOf(trail: string | undefined, brokerId: string): string {
  if (trail === undefined || trail === '') return brokerId;
  return trail.split(' ').at(-1) === brokerId ? trail : `${trail} ${brokerId}`;
}
