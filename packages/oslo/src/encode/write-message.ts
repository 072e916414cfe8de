import { trailHeaders } from '@viaduct/amqp/codec';
import { pythonString } from '@viaduct/core';
import type { CanonicalEvent, EncodeContext } from '@viaduct/core';
import type { OsloEncodeOptions } from './encode-options.ts';
import type { OsloMessage } from '../message.ts';
import { ENVELOPE_VERSION, MESSAGE_KEY, VERSION_KEY } from '../decode/notification.ts';
import type { Priority } from '../priority.ts';

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
      headers: trailHeaders(event, context.brokerId),
      deliveryMode: 2,
      priority: 0,
    },
    body: options.format === 'v1' ? notification : envelopeText(notification),
  };
}
