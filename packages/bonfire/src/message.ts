/**
 * One message of BonFIRE's notification service as it lies on RabbitMQ. Three formats share it; the
 * field lists of the first two are the service's own documentation (R4.1), the third is what users'
 * programs (COCOMA, 2013) published on the same exchange with the same key:
 *
 *     exchange     experiments               direct; the users' queues, one key an experiment
 *                  resourceUsage             topic; the platform's own components
 *     routingKey   3fdff0c64c51135f4e5e      on `experiments`: opaque, the experiment's
 *                  res-mng.compute.create    on `resourceUsage`: SOURCE.OBJECTTYPE.EVENTTYPE,
 *                  res-mng.compute.state.stopped.done             states as further words
 *     body  simple    {"timestamp": 1369737154, "type": "compute", "status": "running",
 *                      "path": "/locations/uk-epcc/computes/583"}
 *           detailed  {"timestamp": 1370860790, "objectType": "compute", "eventType": "create",
 *                      "objectId": "/locations/uk-epcc/computes/456", "source": "res-mng",
 *                      "groupId": "eco2clouds", "userId": "demo",
 *                      "objectData": {"name": …, "host": …, "experimentId": "/experiments/2946"}}
 *           user      {"Timestamp": 1378893008.422242, "From": "Scheduler", "Message": {…}}
 *
 * Times are UNIX seconds, with a fraction in users' messages. The body is a text wherever its bytes
 * are UTF-8, and bytes where they are not.
 */

import { nativeMessage, type NativeMessage, type ReceivedMessage } from '@viaduct/amqp/codec';

/** A native message of this dialect. Everything but the body may be missing. */
export interface BonfireMessage extends NativeMessage {
  /** RabbitMQ says that it may have been delivered before. Set by the source, never sent. */
  readonly redelivered?: true;
}

/** The exchange for users, one opaque routing key for each experiment; of type direct. */
export const EXPERIMENTS_EXCHANGE = 'experiments';

/** The exchange for the platform's components; of type topic. */
export const USAGE_EXCHANGE = 'resourceUsage';

/** A message from what an AMQP client hands over; amqplib's own objects will do. */
export function bonfireMessage(
  received: ReceivedMessage & { readonly redelivered: boolean },
): BonfireMessage {
  return { ...nativeMessage(received), ...(received.redelivered ? { redelivered: true } : {}) };
}

/** The name of this dialect, `event.origin` of all that is decoded here. */
export const DIALECT = 'bonfire';
