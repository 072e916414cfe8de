/**
 * RabbitMQ for adapters that speak AMQP 0-9-1, on `amqplib`: connecting, consuming with
 * back-pressure, publishing with confirms, declaring without breaking what others declared.
 */

// A source or sink of a dialect, made of what is particular to it; and its configuration.
export {
  CONSUMING_SOURCE_CAPABILITIES,
  createConsumingSource,
  type ConsumingConfig,
  type ConsumingOptions,
  type Supply,
} from './receive/consuming-source.ts';
export {
  createPublishingSink,
  PUBLISHING_SINK_CAPABILITIES,
  type Destination,
  type PublishingConfig,
  type PublishingOptions,
} from './send/publishing-sink.ts';
export { lostOutcome } from './send/publish-outcome.ts';
export { declareOwnQueue, ownQueue, type OwnQueueConfig } from './receive/own-queue.ts';
export { Renewal, type RenewalOptions } from './renewal.ts';
export {
  AMQP_CONNECTION_FIELDS,
  adviseConnection,
  connectionOptions,
  type AmqpConnectionConfig,
  type AmqpTlsConfig,
} from './config.ts';
export { CONSUMING_FIELDS, MIB, OWN_QUEUE_FIELDS, PUBLISHING_FIELDS } from './transport-fields.ts';

// What these stand on, for programs of one's own.
export { parseAddresses, type Address } from './address.ts';
export {
  AmqpConnection,
  connectAmqp,
  CONNECTION_DEFAULTS,
  type ConnectionOptions,
} from './connection.ts';
export type { TlsFiles } from './tls-material.ts';
export { Consumer, type AmqpDelivery, type ConsumerOptions } from './receive/consumer.ts';
export { Publisher, type PublisherOptions, type PublishResult } from './send/publisher.ts';
export type { AmqpMessage, AmqpProperties } from './message.ts';
export {
  bindQueue,
  clashError,
  ensureExchange,
  ensureQueue,
  exchangeExists,
  queueState,
  requireExchange,
  unbindQueue,
  type Declared,
  type ExchangeSpec,
  type QueueSpec,
  type QueueState,
} from './topology.ts';
export type { Clash } from './clash.ts';
export { AMQP_ERRORS, type AmqpErrorCode } from './errors.ts';
