import { connect } from 'node:net';
import { CloudEvent, HTTP } from 'cloudevents';
import { afterEach, describe, expect, test } from 'vitest';
import type { NativeDelivery } from '@viaduct/core';
import { fakeClock, testContext, waitFor, type TestContext } from '@viaduct/testkit';
import { formatBatch, formatStructured, type CloudEventMessage } from '../src/codec.ts';
import { adviseHttpSource, type HttpSourceConfig } from '../src/http/http-source-config.ts';
import { createHttpSource, type HttpSource } from '../src/http/http-source.ts';
import { cloudEvent, labelOf } from './canonical-events.ts';
import { httpSourceConfig } from './configured.ts';
import { send, sendRaw } from './http-client.ts';

type Settle = (delivery: NativeDelivery<CloudEventMessage>) => void;

const opened: HttpSource[] = [];
afterEach(async () => {
  for (const source of opened.splice(0)) await source.close();
});

interface Receiver {
  readonly port: number;
  readonly context: TestContext;
  readonly labels: readonly string[];
  /** From here on nobody asks for deliveries any more. */
  readonly stop: () => void;
  /** Asks for deliveries again, after `stop`. */
  readonly goOn: () => void;
}

const ackAll: Settle = (delivery) => delivery.ack();

async function receiver(
  given: Partial<HttpSourceConfig> = {},
  settle: Settle = ackAll,
  context: TestContext = testContext(),
): Promise<Receiver> {
  const source = createHttpSource(httpSourceConfig(given), context);
  opened.push(source);
  await source.connect(new AbortController().signal);
  const labels: string[] = [];
  let abort = new AbortController();
  const take = async (signal: AbortSignal): Promise<void> => {
    for await (const batch of source.deliveries(signal)) {
      for (const delivery of batch) {
        if (!('native' in delivery)) continue;
        labels.push(labelOf(delivery.native));
        settle(delivery);
      }
    }
  };
  const goOn = (): void => {
    abort = new AbortController();
    void take(abort.signal);
  };
  goOn();
  return { port: source.port ?? 0, context, labels, stop: () => abort.abort(), goOn };
}

const event = (label: string): string => formatStructured(cloudEvent(label));
const STRUCTURED = { 'content-type': 'application/cloudevents+json' };
const BATCH = { 'content-type': 'application/cloudevents-batch+json' };

describe('a receiver that is paused', () => {
  test('answers 503 with a time, to those who may send, and closes when it goes on', async () => {
    const token = 's3cret';
    // At once: no time passes in which it could wait for somebody to take the event.
    const context = testContext(fakeClock());
    const source = createHttpSource(httpSourceConfig({ token, retryAfterMs: 3_000 }), context);
    opened.push(source);
    const paused = new AbortController();
    const away = source.turnAway?.(paused.signal);
    await waitFor(() => source.port !== undefined);
    const port = source.port ?? 0;
    const headers = { ...STRUCTURED, authorization: `Bearer ${token}` };
    const answer = await send(port, { headers, body: event('s') });
    expect([answer.status, answer.headers['retry-after']]).toEqual([503, '3']);
    expect((await send(port, { body: event('s') })).status).toBe(401);
    const counted = ['requests-refused-503', 'requests-refused-401'].map((what) =>
      context.counts.get(what),
    );
    expect(counted).toEqual([1, 1]);
    paused.abort();
    await away;
    expect(source.port).toBeUndefined();
    await expect(send(port, { headers, body: event('s') })).rejects.toThrow();
  });

  test('listens for nobody where it went on before it listened', async () => {
    const source = createHttpSource(httpSourceConfig(), testContext());
    opened.push(source);
    await expect(source.turnAway?.(AbortSignal.abort())).rejects.toMatchObject({
      code: 'VIA_CLOUDEVENTS_CLOSED',
    });
    expect(source.port).toBeUndefined();
  });
});

describe('a request is answered 202', () => {
  test('in each content mode, when its events are acknowledged and not before', async () => {
    const held: (() => void)[] = [];
    const { port, labels } = await receiver({}, (delivery) => held.push(() => delivery.ack()));
    const binary = HTTP.binary(new CloudEvent({ type: 't', source: '/s', subject: 'b', data: {} }));
    const answers = [
      send(port, { body: event('s') }),
      send(port, { headers: binary.headers as Record<string, string>, body: '{}' }),
      send(port, {
        headers: BATCH,
        body: formatBatch(['x', 'y'].map((label) => cloudEvent(label))),
      }),
    ];
    let answered = 0;
    for (const answer of answers) void answer.then(() => (answered += 1));
    await waitFor(() => labels.length === 4);
    expect(answered).toBe(0);
    for (const ack of held) ack();
    for (const { status } of await Promise.all(answers)) expect(status).toBe(202);
  });

  test('or 204 for an empty batch', async () => {
    const { port } = await receiver();
    expect((await send(port, { headers: BATCH, body: '[]' })).status).toBe(204);
  });
});

describe('a sender is told to come again', () => {
  test('when its event is rejected for a retry, and for good when it is discarded', async () => {
    const { port } = await receiver({ retryAfterMs: 7_000 }, (delivery) => {
      delivery.reject(labelOf(delivery.native) === 'later' ? 'retry' : 'discard');
    });
    const later = await send(port, { body: event('later') });
    expect([later.status, later.headers['retry-after']]).toEqual([503, '7']);
    expect((await send(port, { body: event('never') })).status).toBe(422);
  });

  test('when the journal takes too long, and the event is not taken any more', async () => {
    const clock = fakeClock();
    const { port, labels, stop, goOn } = await receiver(
      { ackTimeoutMs: 5_000 },
      ackAll,
      testContext(clock),
    );
    stop();
    const answer = send(port, { body: event('slow') });
    await waitFor(() => clock.pending > 0);
    await waitFor(async () => {
      await clock.advance(5_000);
      return clock.pending === 0;
    });
    expect((await answer).status).toBe(503);
    goOn();
    expect((await send(port, { body: event('later') })).status).toBe(202);
    expect(labels).toEqual(['later']);
  });

  test('when as much is in flight as may be', async () => {
    const { port, labels, context } = await receiver({ inFlightMax: 1 }, () => undefined);
    void send(port, { body: event('first') }).catch(() => undefined);
    await waitFor(() => labels.length === 1);
    expect((await send(port, { body: event('second') })).status).toBe(503);
    expect(context.counts.get('requests-refused-503')).toBe(1);
  });

  test('when the bodies in flight have too many bytes', async () => {
    const { port } = await receiver({ inFlightBytesMax: 1_000 });
    expect((await send(port, { body: ' '.repeat(2_000) + event('x') })).status).toBe(503);
    expect((await send(port, { body: event('x') })).status).toBe(202);
  });

  test('when the receiver closes while it waits', async () => {
    const { port, labels } = await receiver({}, () => undefined);
    const answer = send(port, { body: event('waiting') });
    await waitFor(() => labels.length === 1);
    await opened[0]?.close();
    expect((await answer).status).toBe(503);
  });

  test('when it sends more often than allowed', async () => {
    const { port } = await receiver({ requestsPerMinuteMax: 10 });
    expect((await send(port, { body: event('a') })).status).toBe(202);
    const answer = await send(port, { body: event('b') });
    expect([answer.status, answer.headers['retry-after']]).toEqual([429, '6']);
  });
});

describe('a token', () => {
  const token = 'correct horse battery'.replaceAll(' ', '-');

  test('is asked for, in the header or in the query', async () => {
    const { port, context } = await receiver({ token });
    const headers = { 'content-type': 'application/cloudevents+json' };
    const shown = { ...headers, authorization: `Bearer ${token}` };
    const wrong = { ...headers, authorization: `Bearer ${token}x` };
    const body = event('x');
    expect((await send(port, { headers: shown, body })).status).toBe(202);
    expect((await send(port, { path: `/?a=1&access_token=${token}`, body })).status).toBe(202);
    expect((await send(port, { headers: wrong, body })).status).toBe(401);
    expect((await send(port, { path: '/?access_token=', body })).status).toBe(401);
    const answer = await send(port, { body });
    expect([answer.status, answer.headers['www-authenticate']]).toEqual([401, 'Bearer']);
    expect(context.counts.get('requests-refused-401')).toBe(3);
    expect(answer.body).not.toContain(token);
  });

  test('is needed beyond this machine, unless the operator insists', async () => {
    const open = (given: Partial<HttpSourceConfig>): Promise<Receiver> =>
      receiver({ listen: '0.0.0.0:0', ...given });
    await expect(open({})).rejects.toMatchObject({
      code: 'VIA_CLOUDEVENTS_UNPROTECTED',
      kind: 'permanent',
    });
    await open({ insecure: true });
    await open({ token });
    const advised = (given: Partial<HttpSourceConfig>): readonly string[] =>
      adviseHttpSource(httpSourceConfig(given)).map(({ path }) => path);
    expect(advised({ listen: '0.0.0.0:1' })).toEqual(['token']);
    expect(advised({ listen: '0.0.0.0:1', insecure: true })).toEqual(['insecure']);
    expect(advised({ listen: '0.0.0.0:1', token })).toEqual(['tls']);
    expect(advised({})).toEqual([]);
  });
});

describe('the validation handshake', () => {
  const ask = { 'webhook-request-origin': 'emitter.example.com', 'webhook-request-rate': '120' };

  test('agrees to every origin by default', async () => {
    const { port } = await receiver();
    const { headers } = await send(port, { method: 'OPTIONS', headers: ask });
    expect(headers).toMatchObject({
      allow: 'POST, OPTIONS',
      'webhook-allowed-origin': '*',
      'webhook-allowed-rate': '*',
    });
  });

  test('agrees to the origins and the rate that are configured', async () => {
    const allowedOrigins = ['emitter.example.com'];
    const { port } = await receiver({ allowedOrigins, requestsPerMinuteMax: 100 });
    const agreed = await send(port, { method: 'OPTIONS', headers: ask });
    expect(agreed.headers).toMatchObject({
      'webhook-allowed-origin': 'emitter.example.com',
      'webhook-allowed-rate': '100',
    });
    const stranger = { ...ask, 'webhook-request-origin': 'other.example.com' };
    const refused = await send(port, { method: 'OPTIONS', headers: stranger });
    expect(Object.keys(refused.headers).join()).not.toContain('webhook');
    expect((await send(port, { body: event('x') })).status).toBe(403);
  });
});

describe('bad input is told to its sender and disturbs nothing', () => {
  async function stillWorks({ port }: Receiver): Promise<void> {
    expect((await send(port, { body: event('after') })).status).toBe(202);
  }

  const bodies: readonly (readonly [string, string, number, string])[] = [
    ['no JSON', '{', 400, 'NOT_JSON'],
    ['no event', '{}', 400, 'NOT_AN_EVENT'],
    ['a missing attribute', '{"specversion":"1.0","id":"1","source":"s"}', 400, 'ATTRIBUTE'],
    ['deep JSON', `${'['.repeat(100_000)}${']'.repeat(100_000)}`, 400, 'TOO_DEEP'],
    ['a polluting member', '{"specversion":"1.0","__proto__":{"a":1}}', 400, 'ATTRIBUTE'],
    ['a large body', ' '.repeat(2_000_000), 413, 'TOO_LARGE'],
  ];
  test.each(bodies)('%s', async (_name, body, status, code) => {
    const open = await receiver({ bodyBytesMax: 1_000_000 });
    const answer = await send(open.port, { body });
    expect(answer.status).toBe(status);
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(JSON.parse(answer.body)).toMatchObject({ status, code: `VIA_CLOUDEVENTS_${code}` });
    expect(open.context.counts.get(`requests-refused-${status}`)).toBe(1);
    await stillWorks(open);
  });

  test('a large body of unknown length', async () => {
    const open = await receiver({ bodyBytesMax: 1_000_000 });
    const headers = {
      'content-type': 'application/cloudevents+json',
      'transfer-encoding': 'chunked',
    };
    expect((await send(open.port, { headers, body: ' '.repeat(2_000_000) })).status).toBe(413);
    await stillWorks(open);
  });

  test('a batch of too many events', async () => {
    const open = await receiver({ batchEventsMax: 10 });
    const body = `[${'0,'.repeat(1_000_000)}0]`;
    expect((await send(open.port, { headers: BATCH, body })).status).toBe(413);
    await stillWorks(open);
  });

  test('another media type, another format, a compressed body', async () => {
    const open = await receiver();
    for (const headers of [
      { 'content-type': 'application/json' },
      { 'content-type': 'application/cloudevents+avro' },
      { 'content-type': 'application/cloudevents+json', 'content-encoding': 'gzip' },
    ]) {
      expect((await send(open.port, { headers, body: event('x') })).status).toBe(415);
    }
    await stillWorks(open);
  });

  test('another path, another method', async () => {
    const open = await receiver();
    expect((await send(open.port, { path: '/other', body: event('x') })).status).toBe(404);
    const got = await send(open.port, { method: 'GET' });
    expect([got.status, got.headers.allow]).toEqual([405, 'POST, OPTIONS']);
    await stillWorks(open);
  });

  test('half a body, and then silence', async () => {
    const open = await receiver({ requestTimeoutMs: 2_000 });
    const head = 'POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/cloudevents+json\r\n';
    const text = await sendRaw(open.port, [`${head}Content-Length: 1000\r\n\r\n{"specversion"`]);
    expect(text).toMatch(/^HTTP\/1.1 408 /);
    expect(open.context.counts.get('requests-refused-408')).toBe(1);
    await stillWorks(open);
  });

  test('half a body, and then the end of the connection', async () => {
    const open = await receiver();
    const socket = connect(open.port, '127.0.0.1');
    const half = 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{"specversion"';
    await new Promise((resolve) => socket.write(half, resolve));
    socket.end();
    await waitFor(() => open.context.counts.get('requests-aborted') === 1);
    await stillWorks(open);
  });

  test('half a head, and then silence', async () => {
    const open = await receiver({ requestTimeoutMs: 2_000 });
    expect(await sendRaw(open.port, ['POST / HTTP/1.1\r\nHost: x\r\nX-A'])).toMatch(/ 408 /);
    await stillWorks(open);
  });

  test('a header of 10 MB', async () => {
    const open = await receiver();
    const head = `POST / HTTP/1.1\r\nHost: x\r\nX-Long: ${'a'.repeat(10_000_000)}`;
    const text = await sendRaw(open.port, [head]);
    // The answer may be lost in the flood; the connection is gone either way.
    if (text !== '') expect(text).toMatch(/^HTTP\/1.1 431 /);
    await waitFor(() => open.context.counts.get('requests-refused-431') === 1);
    await stillWorks(open);
  });

  test('no HTTP at all', async () => {
    const open = await receiver();
    expect(await sendRaw(open.port, ['EHLO example.com\r\n'])).toMatch(/^HTTP\/1.1 400 /);
    await stillWorks(open);
  });

  test('more connections than may be', async () => {
    const open = await receiver({ connectionsMax: 1 }, () => undefined);
    void send(open.port, { body: event('first') }).catch(() => undefined);
    await waitFor(() => open.labels.length === 1);
    await expect(send(open.port, { body: event('second') })).rejects.toThrow();
    expect(open.context.counts.get('connections-dropped')).toBe(1);
  });
});

describe('an address', () => {
  test('that is taken, or none, is said to be so', async () => {
    const { port } = await receiver();
    const code = 'VIA_CLOUDEVENTS_LISTEN';
    await expect(receiver({ listen: `127.0.0.1:${port}` })).rejects.toMatchObject({ code });
    await expect(receiver({ listen: 'nowhere' })).rejects.toMatchObject({
      code: 'VIA_CLOUDEVENTS_ADDRESS',
    });
  });
});
