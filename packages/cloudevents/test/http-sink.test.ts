import { HTTP, type CloudEvent } from 'cloudevents';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Outcome, Parcel, Sink } from '@viaduct/core';
import { fakeClock, testContext, waitFor, type TestContext } from '@viaduct/testkit';
import { parseBatch, type CloudEventMessage } from '../src/codec.ts';
import { parseRetryAfter } from '../src/http/http-outcome.ts';
import { adviseHttpSink, type HttpSinkConfig } from '../src/http/http-sink-config.ts';
import { createHttpSink } from '../src/http/http-sink.ts';
import { createHttpSource } from '../src/http/http-source.ts';
import { anyEvent, cloudEvent, encoded, labelOf } from './canonical-events.ts';
import { httpSinkConfig, httpSourceConfig } from './configured.ts';
import { silentServer, WebhookTarget } from './webhook-target.ts';

const never = new AbortController().signal;
const target = new WebhookTarget();
const sinks: Sink<CloudEventMessage>[] = [];

beforeEach(async () => {
  target.got.length = 0;
  target.answer = () => ({ status: 202 });
  await target.start();
});
afterEach(async () => {
  for (const sink of sinks.splice(0)) await sink.close();
  await target.stop();
});

async function sinkOf(
  given: Partial<HttpSinkConfig> = {},
  context: TestContext = testContext(),
): Promise<Sink<CloudEventMessage>> {
  const sink = createHttpSink(httpSinkConfig({ url: target.url, ...given }), context);
  sinks.push(sink);
  await sink.connect(never);
  return sink;
}

function parcels(...labels: readonly string[]): readonly Parcel<CloudEventMessage>[] {
  return labels.map((label) => ({ event: anyEvent(label), natives: [cloudEvent(label)] }));
}

async function outcomesOf(
  sink: Sink<CloudEventMessage>,
  ...labels: readonly string[]
): Promise<readonly Outcome[]> {
  return sink.send(parcels(...labels), never);
}

describe('an answer', () => {
  const table: readonly (readonly [number, string])[] = [
    [200, 'delivered'],
    [204, 'delivered'],
    [301, 'refused permanent'],
    [307, 'refused permanent'],
    [400, 'refused permanent'],
    [413, 'refused permanent'],
    [422, 'refused permanent'],
    [401, 'unavailable VIA_CLOUDEVENTS_TURNED_AWAY'],
    [404, 'unavailable VIA_CLOUDEVENTS_TURNED_AWAY'],
    [410, 'unavailable VIA_CLOUDEVENTS_TURNED_AWAY'],
    [408, 'unavailable VIA_CLOUDEVENTS_LATER'],
    [429, 'unavailable VIA_CLOUDEVENTS_LATER'],
    [500, 'refused'],
    [503, 'unavailable VIA_CLOUDEVENTS_LATER'],
  ];
  test.each(table)('%i makes an event %s', async (status, expected) => {
    target.answer = () => ({ status, headers: { Location: '/elsewhere' } });
    const [outcome] = await outcomesOf(await sinkOf(), 'x');
    const said = [outcome?.kind as string];
    if (outcome?.kind === 'refused' && outcome.permanent === true) said.push('permanent');
    if (outcome?.kind === 'unavailable') said.push(outcome.code);
    expect(said.join(' ')).toBe(expected);
    expect(target.got).toHaveLength(1);
  });

  test('says how long to wait', async () => {
    target.answer = () => ({ status: 503, headers: { 'Retry-After': '7' } });
    const [outcome] = await outcomesOf(await sinkOf(), 'x');
    expect(outcome).toMatchObject({ kind: 'unavailable', retryAfterMs: 7_000 });
    const now = Date.parse('2026-11-21T19:00:00Z');
    expect(parseRetryAfter('Sat, 21 Nov 2026 19:00:30 GMT', now)).toBe(30_000);
    expect(parseRetryAfter('Sat, 21 Nov 2026 18:00:00 GMT', now)).toBe(0);
    expect(parseRetryAfter('999999', now)).toBe(3_600_000);
    expect(parseRetryAfter('soon', now)).toBeUndefined();
  });

  test('is quoted without secrets, and without the query of the URL', async () => {
    target.answer = () => ({ status: 400, body: 'bad {"token": "s3cret"}\n  indeed' });
    const sink = await sinkOf({ url: `${target.url}?access_token=t0ken` });
    const [outcome] = await outcomesOf(sink, 'x');
    const message = outcome?.kind === 'refused' ? outcome.message : '';
    expect(message).toBe(`${target.url}: 400 Bad Request: bad {"token": "***"} indeed`);
  });

  test('of unavailable keeps what comes behind, in its order', async () => {
    target.answer = ({ body }) => ({ status: body.includes('id-b') ? 503 : 202 });
    const outcomes = await outcomesOf(await sinkOf(), 'a', 'b', 'c');
    expect(outcomes.map(({ kind }) => kind)).toEqual(['delivered', 'unavailable', 'unavailable']);
    expect(target.got).toHaveLength(2);
  });
});

describe('no answer', () => {
  test('leaves the events unavailable', async () => {
    const sink = await sinkOf();
    await target.stop();
    const [outcome] = await outcomesOf(sink, 'x');
    expect(outcome).toMatchObject({ kind: 'unavailable', code: 'VIA_CLOUDEVENTS_UNREACHABLE' });
  });

  test('within the time is no answer', async () => {
    const silent = await silentServer();
    const clock = fakeClock();
    const sink = await sinkOf({ url: silent.url, timeoutMs: 5_000 }, testContext(clock));
    const sending = outcomesOf(sink, 'x');
    await waitFor(() => clock.pending > 0);
    await clock.advance(5_000);
    const [outcome] = await sending;
    expect(outcome).toMatchObject({
      message: `${silent.url}: no answer within 5000 ms`,
      timedOut: true,
    });
    await silent.close();
  });

  test('on a kept connection that the server closed is asked for once more', async () => {
    const sink = await sinkOf();
    await outcomesOf(sink, 'before');
    await target.stop();
    await target.start();
    expect(await outcomesOf(sink, 'after')).toEqual([{ kind: 'delivered' }]);
  });
});

describe('a request', () => {
  test('carries token, origin and headers, and no header that would change it', async () => {
    const headers = { 'X-Api-Key': 'k', Host: 'evil', 'ce-id': 'forged', 'Content-Type': 'x/y' };
    await outcomesOf(await sinkOf({ token: 't0ken', headers }), 'x');
    expect(target.got[0]?.headers).toMatchObject({
      authorization: 'Bearer t0ken',
      'x-api-key': 'k',
      host: `127.0.0.1:${target.port}`,
      'content-type': 'application/cloudevents+json; charset=utf-8',
    });
    expect(target.got[0]?.headers).not.toHaveProperty('ce-id');
  });

  test('in binary mode is read by the SDK', async () => {
    const sink = await sinkOf({ mode: 'binary' });
    await sink.send([{ event: anyEvent(), natives: [encoded(anyEvent())] }], never);
    const { headers, body } = target.got[0]!;
    const event = HTTP.toEvent({ headers, body }) as CloudEvent<unknown>;
    expect([event.id, event.data]).toEqual([anyEvent().id, anyEvent().data]);
  });

  test.each([
    ['a bad header', { headers: { 'X-A': 'a\nb' } }, 'VIA_CLOUDEVENTS_HEADER'],
    ['a user in the URL', { url: 'http://u:p@127.0.0.1/' }, 'VIA_CLOUDEVENTS_ADDRESS'],
    ['no URL', { url: 'nowhere' }, 'VIA_CLOUDEVENTS_ADDRESS'],
    ['no such file', { url: 'https://a/', tls: { caFile: '/nope' } }, 'VIA_CLOUDEVENTS_TLS_FILE'],
  ])('is not even tried with %s', async (_name, given, code) => {
    await expect(sinkOf(given)).rejects.toMatchObject({ code, kind: 'permanent' });
  });
});

describe('a batch', () => {
  test('holds no more than its bytes', async () => {
    const sink = await sinkOf({ mode: 'batched', batchBytesMax: 250 });
    await outcomesOf(sink, 'a', 'b', 'c', 'd', 'e');
    const sizes = target.got.map(({ body }) => (JSON.parse(body) as unknown[]).length);
    expect(sizes).toEqual([2, 2, 1]);
  });

  test('that is refused goes out one by one, so that the culprit alone pays', async () => {
    target.answer = ({ body }) => ({ status: body.includes('id-bad') ? 400 : 202 });
    const context = testContext();
    const sink = await sinkOf({ mode: 'batched' }, context);
    const outcomes = await outcomesOf(sink, 'a', 'bad', 'c');
    expect(outcomes.map(({ kind }) => kind)).toEqual(['delivered', 'refused', 'delivered']);
    expect(context.counts.get('batches-split')).toBe(1);
    const last = parseBatch(target.got.at(-1)?.body ?? '', 9);
    expect(last.ok && last.value.map(labelOf)).toEqual(['c']);
  });
});

describe('with an origin', () => {
  const origin = 'viaduct.example.org';

  test('consent is asked for, and its rate kept', async () => {
    const clock = fakeClock();
    target.answer = ({ method }) =>
      method === 'OPTIONS'
        ? {
            status: 200,
            headers: { 'WebHook-Allowed-Origin': origin, 'WebHook-Allowed-Rate': '60' },
          }
        : { status: 202 };
    const sink = await sinkOf({ origin }, testContext(clock));
    const sending = outcomesOf(sink, 'a', 'b');
    await waitFor(() => target.got.length === 2 && clock.pending === 1);
    expect(target.got[1]?.headers['webhook-request-origin']).toBe(origin);
    await clock.advance(999);
    expect(target.got).toHaveLength(2);
    await clock.advance(1);
    expect((await sending).map(({ kind }) => kind)).toEqual(['delivered', 'delivered']);
  });

  test('nothing is sent without consent', async () => {
    await expect(sinkOf({ origin })).rejects.toMatchObject({ code: 'VIA_CLOUDEVENTS_NO_CONSENT' });
  });
});

test('what is sent in each mode is received', async () => {
  const token = 'shared-secret';
  const source = createHttpSource(httpSourceConfig({ token }), testContext());
  await source.connect(never);
  const url = `http://127.0.0.1:${source.port ?? 0}/`;
  const labels: string[] = [];
  const abort = new AbortController();
  const reading = (async () => {
    for await (const batch of source.deliveries(abort.signal)) {
      for (const delivery of batch) {
        if ('native' in delivery) labels.push(labelOf(delivery.native));
        delivery.ack();
      }
    }
  })();
  for (const mode of ['structured', 'binary', 'batched'] as const) {
    const sink = await sinkOf({ url, mode, token, origin: 'a.example' });
    const outcomes = await outcomesOf(sink, `${mode} é 1`, `${mode} % 2`);
    expect(outcomes).toEqual([{ kind: 'delivered' }, { kind: 'delivered' }]);
  }
  const wrong = await sinkOf({ url, token: 'another-one' });
  expect((await outcomesOf(wrong, 'x'))[0]?.kind).toBe('unavailable');
  expect(labels).toEqual(
    ['structured', 'binary', 'batched'].flatMap((mode) => [`${mode} é 1`, `${mode} % 2`]),
  );
  abort.abort();
  await reading;
  await source.close();
});

test('advice warns of what travels in the open', () => {
  const advised = (given: Partial<HttpSinkConfig> & { url: string }): readonly string[] =>
    adviseHttpSink(httpSinkConfig(given)).map(({ path }) => path);
  expect(advised({ url: 'http://events.example.org/' })).toEqual(['url']);
  expect(advised({ url: 'http://127.0.0.1:8081/' })).toEqual([]);
  expect(advised({ url: 'https://a/', tls: { verify: false, certFile: 'x' } })).toEqual([
    'tls.verify',
    'tls',
  ]);
});
