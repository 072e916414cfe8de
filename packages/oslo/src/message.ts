/**
 * One notification as it lies on RabbitMQ, as a small value (measured on oslo.messaging 14.0.3 and
 * its 2026 head):
 *
 *     exchange     nova                      topic exchange, the service's control_exchange
 *     routingKey   notifications.info        TOPIC.priority, lower case
 *     properties   contentType application/json, contentEncoding utf-8, headers {},
 *                  deliveryMode 2, priority 0
 *     body   v1    {"message_id": …, "publisher_id": …, "event_type": …, "priority": "INFO",
 *                   "payload": …, "timestamp": …, "_unique_id": …, "_context_KEY": …}
 *            v2    {"oslo.version": "2.0", "oslo.message": "<the v1 object, as a JSON text>"}
 *
 * The body is a text wherever its bytes are UTF-8, and bytes where they are not (kombu's
 * compression, a broken sender).
 */

import { nativeMessage, type NativeMessage } from '@viaduct/amqp/codec';

/** A native message of this dialect. Everything but the body may be missing. */
export type OsloMessage = NativeMessage;

/** kombu's header that names the compression of the body. */
export const COMPRESSION_HEADER = 'compression';

/** A message from what an AMQP client hands over; amqplib's own properties will do. */
export function osloMessage(
  exchange: string,
  routingKey: string,
  properties: object,
  body: Uint8Array,
): OsloMessage {
  return nativeMessage({ exchange, routingKey, properties, body });
}

/** The name of this dialect, `event.origin` of all that is decoded here. */
export const DIALECT = 'oslo';
