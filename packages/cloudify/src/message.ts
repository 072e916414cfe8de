/**
 * One event as it lies on RabbitMQ (cloudify-common `logs.py`, `amqp_client.py`; 4.5.5 to 7.x):
 *
 *     exchange     cloudify-events-topic     topic, durable ("cloudify-logs", fanout, for logs)
 *     routingKey   events.hooks              the five workflow events; "events" for all others,
 *                                            which left RabbitMQ in 6.2
 *     properties   deliveryMode 2, and nothing else
 *     body         {"type": "cloudify_event", "event_type": "workflow_started",
 *                   "context": {"message_type": "hook", "is_system_workflow": false,
 *                     "blueprint_id": …, "deployment_id": …, "execution_id": …, "workflow_id": …,
 *                     "tenant_name": …, "rest_token": …, "tenant": {"name": …},
 *                     "execution_parameters": {…}},
 *                   "message": {"text": …, "arguments": null},
 *                   "timestamp": "2023-05-04T10:11:12.345Z", "message_code": null}
 *
 * Written by Python's `json.dumps`, so pure ASCII. Up to 6.1 `tenant_name` or `tenant` is missing,
 * `arguments` holds `{"error": <traceback>}` of a failure. The body is a text wherever its bytes
 * are UTF-8, and bytes where they are not (a broken sender).
 */

import { nativeMessage, type NativeMessage } from '@viaduct/amqp/codec';

/** A native message of this dialect. Everything but the body may be missing. */
export type CloudifyMessage = NativeMessage;

/** The exchange of events since 4.5.5. */
export const EVENTS_EXCHANGE = 'cloudify-events-topic';

/** The routing key of the five events that hooks can be written for. */
export const HOOKS_KEY = 'events.hooks';

/** The routing key of all other events. */
export const EVENTS_KEY = 'events';

/** A message from what an AMQP client hands over; amqplib's own properties will do. */
export function cloudifyMessage(
  exchange: string,
  routingKey: string,
  properties: object,
  body: Uint8Array,
): CloudifyMessage {
  return nativeMessage({ exchange, routingKey, properties, body });
}

/** The name of this dialect, `event.origin` of all that is decoded here. */
export const DIALECT = 'cloudify';
