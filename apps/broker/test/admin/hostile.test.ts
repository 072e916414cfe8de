/* eslint-disable @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-return -- answers are JSON, asserted on as it comes */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { waitFor } from '@viaduct/testkit';
import { describe, expect, it, onTestFinished } from 'vitest';
import { BUFFER_EVENTS_MAX, WATCHERS_MAX } from '../../src/admin/live-tail.ts';
import { PATIENCE, type Stage, startStage } from './stage.ts';

/** A connection of which every byte is ours. */
async function open(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

/** What it answered by the time it ended. */
async function answerTo(port: number, bytes: string): Promise<string> {
  const socket = await open(port);
  let text = '';
  socket.setEncoding('utf8').on('data', (part: string) => (text += part));
  socket.write(bytes);
  await once(socket, 'close');
  return text;
}

async function stillAnswers(stage: Stage): Promise<void> {
  expect((await stage.get('/readyz')).status).toBe(200);
  const errors = stage.logs.lines.filter(({ level }) => level === 'error');
  expect(errors).toEqual([]);
}

describe('the admin API', () => {
  it('answers what is no HTTP, and headers that have no end, with a problem', async () => {
    const stage = await startStage();
    const { port } = stage;
    const garbage = await answerTo(port, '\u0000\u0001\u0002 what?\r\n\r\n');
    expect(garbage).toMatch(/^HTTP\/1\.1 400 /);
    expect(garbage).toContain('VIA_ADMIN_REQUEST');
    const bomb = `GET /livez HTTP/1.1\r\nhost: x\r\n${'x-a: aaaaaaaa\r\n'.repeat(5_000)}\r\n`;
    const answer = await answerTo(port, bomb);
    expect(answer).toMatch(/^HTTP\/1\.1 431 /);
    expect(answer).toContain('VIA_ADMIN_TOO_LARGE');
    expect(answer).toContain('application/problem+json');
    const long = await answerTo(port, `GET /${'a'.repeat(60_000)} HTTP/1.1\r\nhost: x\r\n\r\n`);
    expect(long).toMatch(/^HTTP\/1\.1 431 /);
    await stillAnswers(stage);
  });

  it('ends a request that never gets complete', async () => {
    const stage = await startStage();
    const half = `POST /api/v1/translate HTTP/1.1\r\nhost: 127.0.0.1:${stage.port}\r\n`;
    const ended = answerTo(stage.port, half);
    await stillAnswers(stage);
    expect(await ended).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('says of each wrong request what is wrong, and never shows a stack', async () => {
    const stage = await startStage();
    const json = { 'content-type': 'application/json' };
    const post = (body: string, headers: Record<string, string> = json) =>
      stage.get('/api/v1/translate', { method: 'POST', body, headers });
    const answers = [
      await post('{"from":'),
      await post('5'),
      await post('{"from":{},"to":"oslo","message":1}'),
      await post('{"from":"oslo","to":"oslo","message":1,"__proto__":{"a":1}}'),
      await post('from=oslo', { 'content-type': 'application/x-www-form-urlencoded' }),
      await post('from=oslo', { 'content-type': 'text/plain' }),
      await post(`{"from":"oslo","to":"snmp","message":"${'x'.repeat(5_000_000)}"}`),
      await stage.get(`/api/v1/events?text=${'x'.repeat(5_000)}`),
      await stage.get('/api/v1/events?max=1e9'),
      await stage.get('/api/v1/events?after=abc'),
      await stage.get('/api/v1/events?from=yesterday'),
      await stage.get('/api/v1/events?nonsense=1'),
      await stage.get('/api/v1/events?max=1&max=2'),
      await stage.get('/api/v1/dead-letters/abc'),
      await stage.get('/api/v1/sinks/%ff'),
      await stage.get('/api/v1/sinks/..%2f..%2fetc%2fpasswd'),
      await stage.get('/..%2f..%2fpackage.json'),
      await stage.get('/api/v1/events/live', { headers: { 'last-event-id': 'x' } }),
      await stage.get('/api/v1/status', { method: 'PUT' }),
    ];
    for (const { status, headers, body, text } of answers) {
      expect(status, text).toBeGreaterThanOrEqual(400);
      expect(status, text).toBeLessThan(500);
      expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
      expect(body).toMatchObject({
        status,
        code: expect.stringMatching(/^VIA_ADMIN_/),
        message: expect.any(String),
        detail: body.message,
        type: `urn:viaduct:error:${body.code}`,
      });
      expect(text).not.toMatch(/node_modules|\.ts:\d/);
    }
    await stillAnswers(stage);
  });

  it('limits the requests of one address', async () => {
    const stage = await startStage();
    let limited: Awaited<ReturnType<Stage['get']>> | undefined;
    for (let batch = 0; batch < 30 && limited === undefined; batch += 1) {
      const asked = Array.from({ length: 50 }, () => stage.get('/livez'));
      limited = (await Promise.all(asked)).find(({ status }) => status === 429);
    }
    expect(limited?.body).toMatchObject({ code: 'VIA_ADMIN_RATE_LIMITED' });
    expect(Number(limited?.headers.get('retry-after'))).toBeGreaterThan(0);
  });
});

describe('a live stream', () => {
  const begin = (port: number, more = '') =>
    `GET /api/v1/events/live HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\n${more}\r\n`;

  it('that nobody reads costs a bounded buffer, and says what was dropped', async () => {
    const stage = await startStage();
    const socket = await open(stage.port);
    let text = '';
    socket.setEncoding('utf8').on('data', (part: string) => (text += part));
    socket.write(begin(stage.port).replace('live HTTP', 'live?view=event HTTP'));
    const watchers = async () => (await stage.get('/api/v1/status')).body.broker.watchers;
    await waitFor(async () => (await watchers()) === 1, { ...PATIENCE, what: 'the watcher' });
    socket.pause();
    // Larger than what the two sockets hold, and more events than the buffer.
    const { admin } = stage;
    const event = await firstEvent(stage);
    const large = { ...event, data: { ...event.data, message: 'x'.repeat(20_000) } };
    const total = 20 * BUFFER_EVENTS_MAX;
    for (let position = 10; position < total; position += 1) {
      const entry = { event: large, source: 'web', targets: [] };
      admin.observer.appended?.(
        'web',
        [entry],
        [{ kind: 'appended', position: position as never }],
      );
      if (position % 500 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    socket.resume();
    const isTold = () => text.includes(`id: ${total - 1}\n`);
    await waitFor(isTold, { ...PATIENCE, what: 'the last event' });
    const dropped = [...text.matchAll(/event: dropped\ndata: (.*)\n/g)].map(
      ([, data = '']) => (JSON.parse(data) as { count: number }).count,
    );
    const seen = [...text.matchAll(/event: event\n/g)].length;
    expect(dropped.length).toBeGreaterThan(0);
    expect(seen + dropped.reduce((sum, count) => sum + count, 0)).toBe(total - 10 + 1);
    socket.destroy();
    await waitFor(async () => (await watchers()) === 0, { ...PATIENCE, what: 'its end' });
    await stillAnswers(stage);
  });

  it('comes back where it was', async () => {
    const stage = await startStage();
    for (const id of ['a', 'b', 'c']) await stage.post(id);
    const socket = await open(stage.port);
    let text = '';
    socket.setEncoding('utf8').on('data', (part: string) => (text += part));
    socket.write(begin(stage.port, 'last-event-id: 1\r\n'));
    await waitFor(() => text.includes('id: 3\n'), { ...PATIENCE, what: 'what was missed' });
    await stage.post('d');
    await waitFor(() => text.includes('id: 4\n'), { ...PATIENCE, what: 'what is new' });
    const ids = [...text.matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id));
    expect(ids).toEqual([2, 3, 4]);
  });

  it('shows what was asked for', async () => {
    const stage = await startStage();
    const open1 = await fetch(`${stage.url}/api/v1/events/live?type=*.wanted&text=NEEDLE`);
    const reader = open1.body!.pipeThrough(new TextDecoderStream()).getReader();
    onTestFinished(() => reader.cancel());
    await stage.post('1', { type: 'org.example.other', data: 'needle' });
    await stage.post('2', { type: 'org.example.wanted', data: 'hay' });
    await stage.post('3', { type: 'org.example.wanted', data: 'a needle' });
    let text = '';
    while (!text.includes('\nid: ')) text += (await reader.read()).value ?? '';
    expect(text.match(/^id: .*$/gm)).toEqual(['id: 3']);
  });

  it('is refused when too many watch', async () => {
    const stage = await startStage();
    const sockets = await Promise.all(Array.from({ length: WATCHERS_MAX }, () => open(stage.port)));
    for (const socket of sockets) socket.write(begin(stage.port));
    const watchers = async () => (await stage.get('/api/v1/status')).body.broker.watchers;
    await waitFor(async () => (await watchers()) === WATCHERS_MAX, {
      ...PATIENCE,
      what: 'all watchers',
    });
    const refused = await stage.get('/api/v1/events/live');
    expect(refused.status).toBe(503);
    expect(refused.body).toMatchObject({ code: 'VIA_ADMIN_BUSY' });
  });

  it('ends when the broker does', async () => {
    const stage = await startStage();
    const ended = answerTo(stage.port, begin(stage.port));
    const watchers = async () => (await stage.get('/api/v1/status')).body.broker.watchers;
    await waitFor(async () => (await watchers()) === 1, { ...PATIENCE, what: 'the watcher' });
    await stage.admin.close();
    expect(await ended).toMatch(/^HTTP\/1\.1 200 /);
  });
});

async function firstEvent(stage: Stage) {
  await stage.post('first');
  const [entry] = await stage.broker.journal.read(undefined, 1);
  if (entry === undefined) throw new Error('the event was stored');
  return entry.event;
}
