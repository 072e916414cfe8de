import { TransportError } from '@viaduct/core';
import type { Channel } from 'amqplib';

import { replyCode, REPLY, serverText } from './classify.ts';
import { parseClash, type Clash } from './clash.ts';
import type { AmqpConnection } from './connection.ts';

/** An exchange as it should be. */
export interface ExchangeSpec {
  readonly name: string;
  readonly type: 'topic' | 'direct' | 'fanout' | 'headers';
  readonly durable: boolean;
  readonly autoDelete?: boolean;
}

/** A queue as it should be. */
export interface QueueSpec {
  readonly name: string;
  readonly durable: boolean;
  readonly autoDelete?: boolean;
  readonly exclusive?: boolean;
  /** `x-queue-type`, `x-max-length`… exactly as they go over the wire. */
  readonly arguments?: Readonly<Record<string, string | number | boolean>>;
}

/** What a passive look at a queue shows. */
export interface QueueState {
  /** Ready messages, those delivered and not acknowledged left out. */
  readonly messages: number;
  readonly consumers: number;
}

/** What a declaration came to. */
export type Declared =
  | { readonly kind: 'created' }
  /** It was there, and is as declared. */
  | { readonly kind: 'same' }
  /** It was there; we lack the permission to compare (`configure`), so it is taken as it is. */
  | { readonly kind: 'unchecked' }
  /** It was there and differs. Nothing was changed. */
  | { readonly kind: 'clash'; readonly clash: Clash };

/** Whether an exchange exists. Looks without declaring. */
export async function exchangeExists(connection: AmqpConnection, name: string): Promise<boolean> {
  return onSpareChannel(connection, `looking for exchange "${name}"`, async (channel) => {
    await channel.checkExchange(name);
    return true;
  }).catch(falseWhenMissing);
}

/**
 * Looks for an exchange, and throws a permanent error where there is none; `keeper` is what keeps
 * us from creating it, as the operator wrote it. The default exchange is always there.
 */
export async function requireExchange(
  connection: AmqpConnection,
  name: string,
  keeper?: string,
): Promise<void> {
  if (name === '' || (await exchangeExists(connection, name))) return;
  const why = keeper === undefined ? '' : `, and ${keeper} keeps this sink from creating it`;
  const text = `exchange "${name}" does not exist${why}`;
  throw new TransportError('permanent', 'VIA_AMQP_NOT_FOUND', text);
}

/** The state of a queue; undefined where there is none. Looks without declaring. */
export async function queueState(
  connection: AmqpConnection,
  name: string,
): Promise<QueueState | undefined> {
  return onSpareChannel(connection, `looking at queue "${name}"`, async (channel) => {
    const { messageCount, consumerCount } = await channel.checkQueue(name);
    return { messages: messageCount, consumers: consumerCount };
  }).catch(undefinedWhenMissing);
}

/**
 * Sees to it that an exchange exists, looking first: an existing one is compared with `spec` and
 * never changed; only a missing one is created. Throws what RabbitMQ refuses.
 */
export async function ensureExchange(
  connection: AmqpConnection,
  spec: ExchangeSpec,
): Promise<Declared> {
  const existed = spec.name === '' || (await exchangeExists(connection, spec.name));
  if (spec.name === '') return { kind: 'same' };
  return declare(connection, `declaring exchange "${spec.name}"`, existed, (channel) =>
    channel.assertExchange(spec.name, spec.type, {
      durable: spec.durable,
      autoDelete: spec.autoDelete ?? false,
    }),
  );
}

/** The same for a queue. */
export async function ensureQueue(connection: AmqpConnection, spec: QueueSpec): Promise<Declared> {
  const existed = (await queueState(connection, spec.name)) !== undefined;
  return declare(connection, `declaring queue "${spec.name}"`, existed, (channel) =>
    channel.assertQueue(spec.name, {
      durable: spec.durable,
      autoDelete: spec.autoDelete ?? false,
      exclusive: spec.exclusive ?? false,
      arguments: { ...spec.arguments },
    }),
  );
}

/** Binds a queue with each key. Binding again what is bound changes nothing. */
export async function bindQueue(
  connection: AmqpConnection,
  queue: string,
  exchange: string,
  keys: readonly string[],
): Promise<void> {
  const doing = `binding queue "${queue}" to exchange "${exchange}"`;
  await onSpareChannel(connection, doing, async (channel) => {
    for (const key of keys) await channel.bindQueue(queue, exchange, key);
  });
}

/** Takes bindings away; those that are not there cost nothing. */
export async function unbindQueue(
  connection: AmqpConnection,
  queue: string,
  exchange: string,
  keys: readonly string[],
): Promise<void> {
  const doing = `unbinding queue "${queue}" from exchange "${exchange}"`;
  await onSpareChannel(connection, doing, async (channel) => {
    for (const key of keys) await channel.unbindQueue(queue, exchange, key);
  });
}

/** A clash as a permanent error: what differs, and what `advice` says to do about it. */
export function clashError(clash: Clash, advice: string): TransportError {
  const { object, name, argument, declared, existing } = clash;
  const was = existing === undefined ? `without "${argument}"` : `with ${argument}=${existing}`;
  const want = declared === undefined ? 'it without' : `${argument}=${declared}`;
  const text = `${object} "${name}" exists ${was}, this configuration declares ${want}: ${advice}`;
  return new TransportError('permanent', 'VIA_AMQP_CLASH', text);
}

async function declare(
  connection: AmqpConnection,
  doing: string,
  existed: boolean,
  assert: (channel: Channel) => Promise<unknown>,
): Promise<Declared> {
  try {
    await onSpareChannel(connection, doing, assert);
    return { kind: existed ? 'same' : 'created' };
  } catch (error) {
    const cause = (error as TransportError).cause;
    if (existed && replyCode(cause) === REPLY.accessRefused) return { kind: 'unchecked' };
    const text = cause instanceof Error ? serverText(cause.message) : '';
    const clash = replyCode(cause) === REPLY.preconditionFailed ? parseClash(text) : undefined;
    if (clash === undefined) throw error;
    return { kind: 'clash', clash };
  }
}

/** Runs `work` on a channel of its own: a refusal closes the channel it was asked on. */
async function onSpareChannel<T>(
  connection: AmqpConnection,
  doing: string,
  work: (channel: Channel) => Promise<T>,
): Promise<T> {
  const channel = await connection.openChannel();
  let result: T;
  try {
    result = await work(channel);
  } catch (error) {
    throw connection.explain(error, doing);
  }
  await connection.closeChannel(channel);
  return result;
}

function isMissing(error: unknown): boolean {
  return error instanceof TransportError && error.code === 'VIA_AMQP_NOT_FOUND';
}

function falseWhenMissing(error: unknown): boolean {
  if (isMissing(error)) return false;
  throw error;
}

function undefinedWhenMissing(error: unknown): undefined {
  if (isMissing(error)) return undefined;
  throw error;
}
