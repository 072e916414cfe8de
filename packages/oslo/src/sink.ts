import {
  createPublishingSink,
  lostOutcome,
  PUBLISHING_SINK_CAPABILITIES,
  type AmqpConnection,
  type AmqpMessage,
  type Destination,
} from '@viaduct/amqp';
import {
  TransportError,
  type AdapterContext,
  type Outcome,
  type Sink,
  type SinkCapabilities,
} from '@viaduct/core';

import { BacklogWatch } from './send/backlog-watch.ts';
import type { OsloSinkConfig } from './config.ts';
import { Destinations } from './send/destinations.ts';
import type { OsloMessage } from './message.ts';
import { toAmqp } from './send/publishing.ts';

/** Those of every publisher with confirms. */
export const OSLO_SINK_CAPABILITIES: SinkCapabilities = PUBLISHING_SINK_CAPABILITIES;

/** A notifier. See {@link OsloSinkConfig}; opens nothing before `connect`. */
export function createOsloSink(config: OsloSinkConfig, context: AdapterContext): Sink<OsloMessage> {
  return createPublishingSink(config, context, {
    prepare: (connection) => prepare(connection, config, context),
    toAmqp: (native: OsloMessage) => toAmqp(native, config),
  });
}

/**
 * Declares as oslo.messaging does, before the first message for a destination. A returned message
 * says that somebody deleted TOPIC.PRIORITY while we were connected: the next attempt declares the
 * queue again, where the original loses the message without a word.
 */
async function prepare(
  connection: AmqpConnection,
  config: OsloSinkConfig,
  context: AdapterContext,
): Promise<Destination> {
  const destinations = new Destinations(connection, config, context);
  await destinations.ensureExchange(config.exchange);
  const options = {
    checkMs: config.backlogCheckMs,
    warnMessages: config.backlogWarnMessages,
    queues: () => destinations.queues,
  };
  const watch = new BacklogWatch(connection, options, context);
  return {
    obstacle: (message, signal) => obstacleOf(destinations, message, signal),
    returned: (message) => destinations.forget(message),
    close: () => watch.close(),
  };
}

async function obstacleOf(
  destinations: Destinations,
  message: AmqpMessage,
  signal: AbortSignal,
): Promise<Outcome | undefined> {
  if (destinations.has(message)) return undefined;
  const error = await unlessAborted(destinations.ensure(message), signal);
  return error === undefined ? undefined : lostOutcome(error);
}

/** Resolves with the `TransportError` of `work`, if any, or one that says we were called off. */
async function unlessAborted(
  work: Promise<void>,
  signal: AbortSignal,
): Promise<TransportError | undefined> {
  const { promise: aborted, resolve } = Promise.withResolvers<TransportError>();
  const abort = (): void =>
    resolve(new TransportError('reconnect', 'VIA_AMQP_ABORTED', 'sending was called off'));
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  const failure = work.then(
    () => undefined,
    (error: unknown) => error as TransportError,
  );
  try {
    return await Promise.race([aborted, failure]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
