/**
 * RabbitMQ for adapters that speak AMQP 0-9-1, on `amqplib`: connecting, consuming with
 * back-pressure, publishing with confirms, declaring without breaking what others declared.
 */
export { ADDRESSES_MAX, parseAddresses, withoutPassword, type Address } from './address.ts';
export { channelError, connectError, lostError } from './classify.ts';
export { parseClash, type Clash } from './clash.ts';
export { ConfirmLedger, type Judged, type Verdict } from './send/confirm-ledger.ts';
export {
  AMQP_CONNECTION_FIELDS,
  adviseConnection,
  connectionOptions,
  type AmqpConnectionConfig,
  type AmqpTlsConfig,
} from './config.ts';
export {
  AmqpConnection,
  connectAmqp,
  CONNECTION_DEFAULTS,
  type ConnectionOptions,
} from './connection.ts';
export {
  CONSUMING_SOURCE_CAPABILITIES,
  createConsumingSource,
  type ConsumingConfig,
  type ConsumingOptions,
  type Supply,
} from './receive/consuming-source.ts';
export {
  Consumer,
  HOLD_MAX_MS,
  type AmqpDelivery,
  type ConsumerOptions,
} from './receive/consumer.ts';
export {
  DELIVERY_OVERHEAD_BYTES,
  DeliveryLedger,
  type Ack,
  type Entry,
} from './receive/delivery-ledger.ts';
export { AMQP_ERRORS, type AmqpErrorCode } from './errors.ts';
export type { AmqpMessage, AmqpProperties } from './message.ts';
export { declareOwnQueue, ownQueue, type OwnQueueConfig } from './receive/own-queue.ts';
export { lostOutcome, outcomeOf, tooLargeOutcome, worse } from './send/publish-outcome.ts';
export { Publisher, type PublisherOptions, type PublishResult } from './send/publisher.ts';
export {
  createPublishingSink,
  PUBLISHING_SINK_CAPABILITIES,
  type Destination,
  type PublishingConfig,
  type PublishingOptions,
} from './send/publishing-sink.ts';
export { Renewal, type RenewalOptions } from './renewal.ts';
export { Session, type Work } from './session.ts';
export { readTlsMaterial, type TlsFiles, type TlsMaterial } from './tls-material.ts';
export {
  bindQueue,
  clashError,
  ensureExchange,
  ensureQueue,
  exchangeExists,
  requireExchange,
  queueState,
  unbindQueue,
  type Declared,
  type ExchangeSpec,
  type QueueSpec,
  type QueueState,
} from './topology.ts';
export { CONSUMING_FIELDS, MIB, OWN_QUEUE_FIELDS, PUBLISHING_FIELDS } from './transport-fields.ts';
