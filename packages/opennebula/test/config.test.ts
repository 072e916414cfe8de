import type { ConfigField } from '@viaduct/core';
import { describe, expect, test } from 'vitest';

import {
  adviseSink,
  adviseSource,
  OPENNEBULA_SINK_CONFIG,
  OPENNEBULA_SOURCE_CONFIG,
  SINK_DEFAULTS,
  SOURCE_DEFAULTS,
} from '../src/config.ts';

describe.each([
  ['source', OPENNEBULA_SOURCE_CONFIG.properties, SOURCE_DEFAULTS],
  ['sink', OPENNEBULA_SINK_CONFIG.properties, SINK_DEFAULTS],
] as const)('the schema of the %s', (_name, properties, defaults) => {
  const fields = Object.entries<ConfigField>({ ...properties });

  test('shows the defaults that the code uses', () => {
    const shown = fields.filter(([, field]) => field.default !== undefined);
    expect(Object.fromEntries(shown.map(([name, field]) => [name, field.default]))).toEqual(
      defaults,
    );
  });

  test('marks secret keys and nothing else as secret', () => {
    const curve = properties.curve;
    if (curve.type !== 'object') throw new Error('curve is no object');
    const secret = Object.entries(curve.properties).filter(([, field]) => field.secret);
    expect(secret.map(([name]) => name)).toEqual(['secretKey']);
    expect(fields.filter(([, field]) => field.secret)).toEqual([]);
  });

  test('says the unit of every number', () => {
    for (const [name, field] of fields) {
      if (field.type !== 'integer') continue;
      expect(/(Ms|BytesMax)$/.test(name) || field.unit !== undefined, name).toBe(true);
    }
  });
});

test('keys of CURVE have the form that ZeroMQ takes', () => {
  const { curve } = OPENNEBULA_SOURCE_CONFIG.properties;
  const field = curve.type === 'object' ? curve.properties.serverKey : undefined;
  const pattern = new RegExp(field?.type === 'string' ? (field.pattern ?? '') : '');
  // The pair of the ZeroMQ guide (zmq_curve).
  expect('rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7').toMatch(pattern);
  expect('JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lh6').toMatch(pattern);
  expect('too short').not.toMatch(pattern);
});

describe('advice', () => {
  const paths = (advice: readonly { path: string }[]): readonly string[] =>
    advice.map(({ path }) => path);

  test('is not given on the defaults of a source', () => {
    expect(adviseSource({})).toEqual([]);
    expect(adviseSource({ subscribe: ['EVENT VM 42/', 'EVENT API one.vm'] })).toEqual([]);
  });

  test.each(['EVENT', 'EVENT ', 'EVENT*', '', '*'])(
    'says what subscribing to %j costs',
    (prefix) => {
      expect(paths(adviseSource({ subscribe: [prefix] }))).toEqual(['subscribe']);
    },
  );

  test('says when a message that is allowed never fits', () => {
    expect(paths(adviseSource({ bufferBytesMax: 100_000 }))).toEqual(['bufferBytesMax']);
  });

  test('says that half a pair of keys is not used', () => {
    const curve = { serverKey: 's', publicKey: 'p' };
    expect(paths(adviseSource({ curve }))).toEqual(['curve']);
    expect(adviseSource({ curve: { ...curve, secretKey: 'k' } })).toEqual([]);
  });

  test('says that OpenNebula uses the default port too', () => {
    expect(adviseSink({})[0]?.message).toMatch(/2101.*another port/);
    expect(adviseSink({ bind: 'tcp://127.0.0.1:2111' })).toEqual([]);
    expect(adviseSink({ bind: 'ipc:///run/viaduct.sock' })).toEqual([]);
  });

  test('says who can read what is bound beyond loopback', () => {
    expect(adviseSink({ bind: 'tcp://0.0.0.0:2111' })[0]?.message).toMatch(/unencrypted/);
    const curve = { secretKey: 'k' };
    expect(adviseSink({ bind: 'tcp://*:2111', curve })[0]?.message).toMatch(/not authorise/);
  });

  test('says what dropping means', () => {
    const config = { bind: 'tcp://127.0.0.1:2111', onSlowSubscriber: 'drop' } as const;
    expect(paths(adviseSink(config))).toEqual(['onSlowSubscriber']);
  });
});
