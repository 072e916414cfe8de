import type { AdapterContext } from '@viaduct/core';

import type { AmqpConnection } from '../connection.ts';
import { clashError, ensureQueue, type QueueSpec } from '../topology.ts';

/** The part of a source's configuration that describes a queue of our own. */
export interface OwnQueueConfig {
  readonly queue?: string;
  readonly queueType: 'classic' | 'quorum';
  readonly queueMessagesMax: number;
  readonly queueBytesMax: number;
  readonly queueExpiresMs: number;
}

/** The queue of a source; `sourceName` names it where the operator did not. Quorum is durable. */
export function ownQueue(config: OwnQueueConfig, durable: boolean, sourceName: string): QueueSpec {
  const { queueMessagesMax: messages, queueBytesMax: bytes, queueExpiresMs: expires } = config;
  const isQuorum = config.queueType === 'quorum';
  return {
    name: config.queue ?? `viaduct.${sourceName}`,
    durable: durable || isQuorum,
    arguments: {
      ...(isQuorum ? { 'x-queue-type': 'quorum' } : {}),
      ...(messages > 0 ? { 'x-max-length': messages } : {}),
      ...(bytes > 0 ? { 'x-max-length-bytes': bytes } : {}),
      ...(messages > 0 || bytes > 0 ? { 'x-overflow': 'drop-head' } : {}),
      ...(expires > 0 ? { 'x-expires': expires } : {}),
    },
  };
}

/**
 * Declares a queue of our own. One that exists with other limits is used as it is, and said to be;
 * one of another type or durability throws, with what to do about it.
 */
export async function declareOwnQueue(
  connection: AmqpConnection,
  queue: QueueSpec,
  { logger }: AdapterContext,
): Promise<void> {
  const declared = await ensureQueue(connection, queue);
  if (declared.kind !== 'clash') return;
  const { clash } = declared;
  if (!/^x-(max|overflow|expires)/.test(clash.argument)) {
    const set =
      clash.argument === 'durable' ? `durable: ${clash.existing ?? 'false'}` : 'queueType';
    throw clashError(clash, `set ${set}, another queue name, or delete the queue when it is empty`);
  }
  logger.warn(
    {
      code: 'VIA_AMQP_CLASH',
      queue: queue.name,
      limit: clash.argument,
      declared: clash.declared,
      existing: clash.existing,
    },
    'our queue has other limits than configured; delete it when it is empty to have them changed',
  );
}
