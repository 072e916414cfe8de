import fc from 'fast-check';
import { memberSpans, pythonJson } from '@viaduct/core';
import type { JsonValue } from '@viaduct/core';
import { testContext } from '@viaduct/testkit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { startListener, startNotifier, type OsloNotification } from '../../../tools/peers/oslo.ts';
import { freshVhost, type Vhost } from '../../../tools/peers/shared-rabbitmq.ts';
import { requirePeer } from '../../../tools/peers/started.ts';
import { encodeOptions, osloCodec, PRIORITIES, type OsloMessage } from '../src/codec.ts';
import { createOsloSink } from '../src/sink.ts';
import { drain, never } from './amqp-client.ts';
import {
  decoded,
  ENCODE_CONTEXT,
  foreignEvent,
  foreignNames,
  parsed,
  samples,
} from './canonical-events.ts';
import { anyEvent, sinkConfig } from './configured.ts';

requirePeer('rabbitmq');
requirePeer('oslo');

let vhost: Vhost;
beforeEach(async () => {
  vhost = await freshVhost();
});
afterEach(() => vhost.drop());

/** Sends messages and gives back what a real listener was handed, in no order. */
async function heardOf(natives: readonly OsloMessage[]): Promise<readonly OsloNotification[]> {
  const listener = await startListener({ url: vhost.url, exchanges: ['viaduct'] });
  const config = sinkConfig({ url: [vhost.url], exchange: 'viaduct' });
  const sink = createOsloSink(config, testContext());
  try {
    await sink.connect(never());
    const parcels = natives.map((native) => ({ event: anyEvent(), natives: [native] }));
    const outcomes = await sink.send(parcels, never());
    expect(new Set(outcomes.map(({ kind }) => kind))).toEqual(new Set(['delivered']));
    return await listener.waitForCount(natives.length);
  } finally {
    await sink.close();
    await listener.stop();
  }
}

/** What a listener should be handed for a message, by our own reading of it. */
function expectedOf(native: OsloMessage): readonly unknown[] {
  const outer = JSON.parse(native.body as string) as Record<string, unknown>;
  const envelope = outer['oslo.message'];
  const body = (typeof envelope === 'string' ? JSON.parse(envelope) : outer) as Received;
  const priority = body.priority.toLowerCase();
  return [body.message_id, body.event_type, priority, body.publisher_id ?? null, body.payload];
}

interface Received {
  readonly message_id: string;
  readonly event_type: unknown;
  readonly priority: string;
  readonly publisher_id: unknown;
  readonly payload: unknown;
}

const received = (one: OsloNotification): readonly unknown[] => [
  one.metadata.message_id,
  one.event_type,
  one.priority,
  one.publisher_id,
  one.payload,
];

const byText = (rows: readonly (readonly unknown[])[]): readonly string[] =>
  rows.map((row) => JSON.stringify(row)).sort();

describe('a real oslo.messaging listener is handed', () => {
  test.each(['v1', 'v2'] as const)('every foreign event, sent as %s', async (format) => {
    const options = encodeOptions({ format, exchange: 'viaduct', priorities: PRIORITIES });
    const natives = foreignNames().map((name, index) => {
      const nonce = String(index).padStart(32, '0');
      const result = osloCodec.encode(foreignEvent(name), { ...ENCODE_CONTEXT, nonce, options });
      if (!result.ok) throw new Error(result.error.message);
      return result.value.natives[0] as OsloMessage;
    });
    const heard = await heardOf(natives);
    expect(byText(heard.map(received))).toEqual(byText(natives.map(expectedOf)));
  });

  test.each(['v1', 'v2'] as const)('every sample, sent on as %s', async (format) => {
    const options = encodeOptions({ format, exchange: 'viaduct' });
    let count = 0;
    const natives = samples().flatMap(({ message }) => {
      const { native } = osloCodec.redact(parsed(message));
      return decoded(native).map((event) => {
        const nonce = String((count += 1)).padStart(32, '0');
        const result = osloCodec.encode(event, { ...ENCODE_CONTEXT, nonce, native, options });
        if (!result.ok) throw new Error(result.error.message);
        return result.value.natives[0] as OsloMessage;
      });
    });
    const heard = await heardOf(natives);
    // Python turns `__type__` into its own types again; their text is the library's affair.
    const plain = (row: readonly unknown[]): boolean => row[1] !== 'dt.test';
    expect(heard).toHaveLength(natives.length);
    expect(byText(heard.map(received).filter(plain))).toEqual(
      byText(natives.map(expectedOf).filter(plain)),
    );
  });
});

test('a real notifier writes the same JSON text as we do', async () => {
  const leaf = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.maxSafeInteger(),
    fc.double({ min: -1e9, max: 1e9, noNaN: true }),
    fc.boolean(),
    fc.constant(null),
  );
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      leaf,
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(fc.string({ unit: 'binary', maxLength: 8 }), tie('value'), { maxKeys: 4 }),
    ),
  }));
  const payloads = fc
    .sample(value, { numRuns: 200, seed: 20261121 })
    .map((one) => JSON.parse(JSON.stringify({ one })) as JsonValue);
  const notifier = await startNotifier({
    url: vhost.url,
    driver: 'messaging',
    exchange: 'viaduct',
  });
  try {
    for (const payload of payloads) notifier.send({ event_type: 'json', payload });
    await notifier.waitForSent(payloads.length);
  } finally {
    await notifier.stop();
  }
  const bodies = (await drain(vhost.url, 'notifications.info')).map(({ body }) => body as string);
  const texts = bodies.map((body) => {
    const span = memberSpans(body).get('payload');
    return body.slice(span?.start, span?.end);
  });
  expect(texts).toEqual(payloads.map((one) => pythonJson(one)));
});
