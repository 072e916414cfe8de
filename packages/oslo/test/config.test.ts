import { describe, expect, test } from 'vitest';

import {
  adviseSink,
  adviseSource,
  osloAdapter,
  OSLO_SINK_CONFIG,
  OSLO_SOURCE_CONFIG,
} from '../src/index.ts';
import { sinkConfig, sourceConfig } from './configured.ts';

const local = ['amqp://127.0.0.1/'];
const paths = (advice: readonly { readonly path: string }[]): readonly string[] =>
  advice.map(({ path }) => path);

describe('the configuration', () => {
  test.each([
    ['listener', OSLO_SOURCE_CONFIG],
    ['notifier', OSLO_SINK_CONFIG],
  ])('of a %s has a default or a reason for every option, and says what each does', (_, schema) => {
    const optional = ['url', 'tls', 'priorities', 'queue', 'publisherId'];
    for (const [name, field] of Object.entries(schema.properties)) {
      expect(field.description.length, name).toBeGreaterThan(20);
      if (!optional.includes(name)) expect(field, name).toHaveProperty('default');
    }
    expect(schema.required).toEqual(['url']);
  });

  test('keeps URLs and pass phrases secret', () => {
    const { url, tls } = OSLO_SINK_CONFIG.properties;
    expect(url.secret).toBe(true);
    expect(tls.type === 'object' && tls.properties.keyPassphrase?.secret).toBe(true);
  });

  test('as it is by default needs no advice on one machine', () => {
    expect(adviseSource(sourceConfig({ url: local }))).toEqual([]);
    expect(adviseSink(sinkConfig({ url: local }))).toEqual([]);
  });

  test('hands the codec its part', () => {
    const sink = osloAdapter.sinks.default;
    const given = {
      url: local,
      exchange: 'nova',
      topic: 't',
      format: 'v1',
      publisherId: 'p',
    } as const;
    expect(sink?.encodeOptions?.(sinkConfig(given))).toEqual({
      exchange: 'nova',
      topic: 't',
      format: 'v1',
      publisherId: 'p',
      priorities: ['info', 'error'],
    });
  });
});

describe('advice', () => {
  test('warns of guest and of passwords over a network', () => {
    const advice = adviseSource(sourceConfig({ url: ['amqp://rabbit.example.org/'] }));
    expect(advice.map(({ message }) => message)).toEqual([
      expect.stringContaining('guest'),
      expect.stringContaining('unencrypted'),
    ]);
    expect(JSON.stringify(adviseSink(sinkConfig({ url: ['amqp://u:geheim@h/'] })))).not.toContain(
      'geheim',
    );
  });

  test.each([
    [{ queueMessagesMax: 0, queueBytesMax: 0 }, ['queueMessagesMax']],
    [{ durable: false }, ['durable']],
    [{ mode: 'consume-default' as const }, ['mode']],
    [{ inFlightBytesMax: 1_000 }, ['messageBytesMax']],
    [{ topics: ['#'] }, ['topics']],
    [{ heartbeatMs: 0 }, ['heartbeatMs']],
    [{ auth: 'external' as const }, ['auth', 'tls.certFile']],
    [{ tls: { verify: false, certFile: 'c' } }, ['tls', 'tls.verify']],
  ])('is given on a listener with %j', (given, expected) => {
    expect(paths(adviseSource(sourceConfig({ url: local, ...given })))).toEqual(expected);
  });

  test.each([
    [{ queueType: 'quorum' as const }, ['durable']],
    [{ mandatory: false }, ['mandatory']],
  ])('is given on a notifier with %j', (given, expected) => {
    expect(paths(adviseSink(sinkConfig({ url: local, ...given })))).toEqual(expected);
  });
});
