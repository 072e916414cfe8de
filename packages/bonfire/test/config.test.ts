import { describe, expect, test } from 'vitest';

import { ownQueue } from '@viaduct/amqp';
import {
  adviseDurableSource,
  adviseSink,
  adviseSource,
  BONFIRE_DURABLE_SOURCE_CONFIG,
  BONFIRE_SINK_CONFIG,
  BONFIRE_SOURCE_CONFIG,
  bonfireAdapter,
} from '../src/index.ts';
import { durableConfig, sinkConfig, sourceConfig } from './configured.ts';

const url = ['amqp://127.0.0.1/bonfire'];
const routingKeys = ['3fdff0c64c51135f4e5e'];
const paths = (advice: readonly { readonly path: string }[]): readonly string[] =>
  advice.map(({ path }) => path);

describe('the configuration', () => {
  test.each([
    ['source', BONFIRE_SOURCE_CONFIG, ['url', 'routingKeys']],
    ['durable source', BONFIRE_DURABLE_SOURCE_CONFIG, ['url', 'routingKeys']],
    ['sink', BONFIRE_SINK_CONFIG, ['url']],
  ] as const)(
    'of a %s has a default or a reason for every option, and says what each does',
    (_, schema, required) => {
      const optional = [...required, 'tls', 'queue'];
      for (const [name, field] of Object.entries(schema.properties)) {
        expect(field.description.length, name).toBeGreaterThan(20);
        if (!optional.includes(name)) expect(field, name).toHaveProperty('default');
      }
      expect(schema.required).toEqual(required);
    },
  );

  test('has no user and no password by default', () => {
    expect(BONFIRE_SOURCE_CONFIG.properties.url).not.toHaveProperty('default');
    expect(BONFIRE_SINK_CONFIG.properties.url).not.toHaveProperty('default');
    const texts = JSON.stringify([BONFIRE_SOURCE_CONFIG, BONFIRE_SINK_CONFIG]);
    expect(texts).not.toMatch(/reader1348|eventReader/i);
    expect(BONFIRE_SINK_CONFIG.properties.url.secret).toBe(true);
  });

  test('as it is by default needs no advice on one machine', () => {
    expect(adviseSource(sourceConfig({ url, routingKeys }))).toEqual([]);
    expect(adviseDurableSource(durableConfig({ url, routingKeys }))).toEqual([]);
    expect(adviseSink(sinkConfig({ url }))).toEqual([]);
  });

  test('hands the codec its part', () => {
    const given = {
      format: 'simple',
      exchange: 'experiments',
      routingKey: 'k',
      source: 's',
    } as const;
    const sink = bonfireAdapter.sinks.default;
    expect(sink?.encodeOptions?.(sinkConfig({ url, ...given }))).toEqual(given);
  });
});

describe('advice', () => {
  test.each([
    [{ routingKeys: ['#'] }, ['routingKeys']],
    [{ routingKeys: ['#'], exchange: 'resourceUsage' }, []],
    [{ url: ['amqp://127.0.0.1/'] }, ['url']],
    [{ inFlightBytesMax: 1_000 }, ['messageBytesMax']],
  ])('is given on a source with %j', (given, expected) => {
    expect(paths(adviseSource(sourceConfig({ url, routingKeys, ...given })))).toEqual(expected);
  });

  test('is given on a durable source without limit', () => {
    const config = durableConfig({ url, routingKeys, queueMessagesMax: 0, queueBytesMax: 0 });
    expect(paths(adviseDurableSource(config))).toEqual(['queueMessagesMax']);
  });

  test.each([
    [{ exchange: 'experiments' }, ['routingKey']],
    [{ exchange: 'experiments', routingKey: 'k' }, []],
    [{ routingKey: '{resorce.kind}' }, ['routingKey']],
    [{ exchange: '{', routingKey: 'k' }, ['exchange']],
    [{ url: ['amqp://u:p@rabbit.example.org/bonfire'] }, ['url']],
  ])('is given on a sink with %j', (given, expected) => {
    expect(paths(adviseSink(sinkConfig({ url, ...given })))).toEqual(expected);
  });
});

describe('a durable queue', () => {
  test('is named after the source and limited', () => {
    expect(ownQueue(durableConfig({ url, routingKeys }), true, 'bf')).toEqual({
      name: 'viaduct.bf',
      durable: true,
      arguments: {
        'x-max-length': 100_000,
        'x-max-length-bytes': 268_435_456,
        'x-overflow': 'drop-head',
        'x-expires': 604_800_000,
      },
    });
  });

  test('has no limits where there are to be none', () => {
    const unlimited = { queueMessagesMax: 0, queueBytesMax: 0, queueExpiresMs: 0 };
    const config = durableConfig({ url, routingKeys, ...unlimited, queueType: 'quorum' });
    expect(ownQueue({ ...config, queue: 'q' }, true, 'bf')).toEqual({
      name: 'q',
      durable: true,
      arguments: { 'x-queue-type': 'quorum' },
    });
  });
});
