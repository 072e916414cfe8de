import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';

import { rabbitmqctl } from '../../../tools/peers/rabbitmq.ts';
import { freshVhost, type Vhost } from '../../../tools/peers/shared-rabbitmq.ts';
import { requirePeer } from '../../../tools/peers/started.ts';
import {
  bindQueue,
  clashError,
  ensureExchange,
  ensureQueue,
  exchangeExists,
  queueState,
  type AmqpConnection,
} from '../src/index.ts';
import { connect } from './peer.ts';

requirePeer('rabbitmq');

let vhost: Vhost;
let connection: AmqpConnection;
beforeAll(async () => {
  vhost = await freshVhost();
});
afterAll(() => vhost.drop());
beforeEach(async () => {
  connection = await connect(vhost.url);
});
afterEach(() => connection.close());

describe('looking', () => {
  test('declares nothing', async () => {
    expect(await exchangeExists(connection, 'none')).toBe(false);
    expect(await queueState(connection, 'none')).toBeUndefined();
    expect(await vhost.ctl('list_queues', 'name')).not.toContain('none');
    expect(await exchangeExists(connection, 'amq.topic')).toBe(true);
  });
});

describe('an exchange', () => {
  test('is created once and is the same afterwards', async () => {
    const spec = { name: 'x1', type: 'topic', durable: false } as const;
    expect(await ensureExchange(connection, spec)).toEqual({ kind: 'created' });
    expect(await ensureExchange(connection, spec)).toEqual({ kind: 'same' });
  });

  test.each([
    ['durable', { durable: true }, 'true', 'false'],
    ['type', { type: 'fanout' as const }, 'fanout', 'topic'],
    ['auto_delete', { autoDelete: true }, 'true', 'false'],
  ])('that differs in %s is left alone and told', async (argument, change, declared, existing) => {
    const spec = { name: 'x2', type: 'topic', durable: false } as const;
    await ensureExchange(connection, spec);
    const result = await ensureExchange(connection, { ...spec, ...change });
    const clash = { argument, object: 'exchange', name: 'x2', declared, existing };
    expect(result).toEqual({ kind: 'clash', clash });
    expect(await ensureExchange(connection, spec)).toEqual({ kind: 'same' });
  });
});

describe('a queue', () => {
  test.each([
    ['durable', { durable: true }, { durable: false }, 'false', 'true'],
    ['x-max-length', { arguments: { 'x-max-length': 5 } }, {}, undefined, '5'],
    ['x-max-length', {}, { arguments: { 'x-max-length': 5 } }, '5', undefined],
    [
      'x-queue-type',
      { durable: true, arguments: { 'x-queue-type': 'quorum' } },
      { durable: true },
      undefined,
      'quorum',
    ],
  ])('that differs in %s is left alone and told', async (argument, was, is, declared, existing) => {
    const name = `q-${argument}-${String(declared)}`;
    const first = await ensureQueue(connection, { name, durable: false, ...was });
    expect(first).toEqual({ kind: 'created' });
    const second = await ensureQueue(connection, { name, durable: false, ...is });
    if (second.kind !== 'clash') throw new Error(second.kind);
    expect(second.clash).toEqual({ argument, object: 'queue', name, declared, existing });
    const advice = clashError(second.clash, 'set it right');
    expect(advice).toMatchObject({ kind: 'permanent', code: 'VIA_AMQP_CLASH' });
    expect(advice.message).toMatch(new RegExp(`${name}.*${argument}.*set it right`));
  });

  test('can be bound again and again', async () => {
    await ensureExchange(connection, { name: 'x3', type: 'topic', durable: false });
    await ensureQueue(connection, { name: 'q3', durable: false });
    await bindQueue(connection, 'q3', 'x3', ['a.*', 'b.*']);
    await bindQueue(connection, 'q3', 'x3', ['a.*', 'b.*']);
    const bindings = await vhost.ctl('list_bindings', 'source_name', 'routing_key');
    expect(bindings.match(/^x3\t/gm)).toHaveLength(2);
  });

  test('cannot be bound to what does not exist', async () => {
    await ensureQueue(connection, { name: 'q4', durable: false });
    await expect(bindQueue(connection, 'q4', 'nowhere', ['a'])).rejects.toMatchObject({
      kind: 'permanent',
      code: 'VIA_AMQP_NOT_FOUND',
      message: expect.stringContaining('"nowhere"') as string,
    });
    expect(connection.error).toBeUndefined();
  });
});

describe('a user who may not configure', () => {
  test('uses what exists as it is, and creates nothing', async () => {
    await ensureExchange(connection, { name: 'x5', type: 'topic', durable: false });
    const port = new URL(vhost.url).port;
    const user = `limited-${vhost.name}`;
    await rabbitmqctl(inject('rabbitmq'), 'add_user', user, 'pass');
    await vhost.ctl('set_permissions', user, '^$', '.*', '.*');
    const limited = await connect(`amqp://${user}:pass@127.0.0.1:${port}/${vhost.name}`);
    try {
      const spec = { type: 'topic', durable: true } as const;
      expect(await ensureExchange(limited, { name: 'x5', ...spec })).toEqual({ kind: 'unchecked' });
      await expect(ensureExchange(limited, { name: 'x6', ...spec })).rejects.toMatchObject({
        kind: 'permanent',
        code: 'VIA_AMQP_ACCESS_REFUSED',
      });
    } finally {
      await limited.close();
    }
  });
});
