import { describe, expect, test } from 'vitest';

import { planSubscription } from '../src/subscription.ts';
import { sourceConfig } from './configured.ts';

const plan = (given: Parameters<typeof sourceConfig>[0]): ReturnType<typeof planSubscription> =>
  planSubscription(sourceConfig({ exchanges: ['nova', 'openstack'], ...given }), 'nova1');

describe('the plan of a listener', () => {
  test('is a durable, limited queue of its own that takes all priorities', () => {
    expect(plan({ topics: ['notifications', 'versioned_notifications'] })).toEqual({
      queue: {
        name: 'viaduct.nova1',
        durable: true,
        arguments: {
          'x-max-length': 100_000,
          'x-max-length-bytes': 1_073_741_824,
          'x-overflow': 'drop-head',
          'x-expires': 604_800_000,
        },
      },
      exchanges: ['nova', 'openstack'],
      keys: ['notifications.*', 'versioned_notifications.*'],
      staleKeys: [],
      otherQueues: [],
    });
  });

  test('has no argument for what is not limited', () => {
    const given = { queueMessagesMax: 0, queueBytesMax: 0, queueExpiresMs: 0 };
    expect(plan(given).queue?.arguments).toEqual({});
  });

  test('binds only the priorities it was told to, and unbinds the others', () => {
    const { keys, staleKeys } = plan({ priorities: ['error', 'critical'] });
    expect(keys).toEqual(['notifications.error', 'notifications.critical']);
    expect(staleKeys).toHaveLength(6);
    expect(staleKeys).toContain('notifications.*');
  });

  test('declares a pool as oslo.messaging does: bare, bound with each priority', () => {
    const { queue, keys } = plan({ mode: 'pool', queue: 'mypool', durable: false });
    expect(queue).toEqual({ name: 'mypool', durable: false, arguments: {} });
    expect(keys).toHaveLength(7);
    expect(keys).toContain('notifications.sample');
  });

  test('makes quorum queues durable', () => {
    const { queue } = plan({ mode: 'pool', queueType: 'quorum', durable: false });
    expect(queue).toMatchObject({ durable: true, arguments: { 'x-queue-type': 'quorum' } });
  });

  test('has nothing of its own where it consumes the default queues', () => {
    expect(plan({ mode: 'consume-default', priorities: ['info'], topics: ['a', 'b'] })).toEqual({
      queue: undefined,
      exchanges: [],
      keys: [],
      staleKeys: [],
      otherQueues: ['a.info', 'b.info'],
    });
  });
});
