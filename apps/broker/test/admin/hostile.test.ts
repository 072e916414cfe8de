/* eslint-disable @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-return -- answers are JSON, asserted on as it comes */
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
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

  it('refuses what is nested without end, and has it in the audit log all the same', async () => {
    const stage = await startStage();
    const depth = 100_000;
    const match = `${'{"all":['.repeat(depth)}{}${']}'.repeat(depth)}`;
    const body = `{"from":0,"to":1,"match":${match}}`;
    const headers = { 'content-type': 'application/json' };
    const answer = await stage.get('/api/v1/replay', { method: 'POST', body, headers });
    expect(answer.status).toBe(400);
    expect(answer.body.message).toMatch(/nested deeper than \d+ levels/);
    const isWritten = () => stage.logs.lines.some(({ fields }) => fields.status === 400);
    await waitFor(isWritten, { ...PATIENCE, what: 'the line of the refusal' });
    await stillAnswers(stage);
  });

  it('writes no more than the beginning of a large request into the audit log', async () => {
    const stage = await startStage();
    const large = { from: 0, to: 1, nonsense: 'x'.repeat(100_000) };
    expect((await stage.send('/api/v1/replay', large)).status).toBe(400);
    const read = () => readFile(join(stage.data, 'audit.jsonl'), 'utf8').catch(() => '');
    const isWritten = async () => (await read()).endsWith('\n');
    await waitFor(isWritten, { ...PATIENCE, what: 'the line of the refusal' });
    const line = await read();
    expect(line.length).toBeLessThan(5_000);
    expect(JSON.parse(line)).toMatchObject({
      what: 'POST /api/v1/replay',
      request: { begins: expect.stringMatching(/^\{"from":0,"to":1,"nonsense":"x+$/) },
      status: 400,
    });
  });

  it('says where in a request it is wrong, and how large one may be', async () => {
    const stage = await startStage();
    const messageOf = async (path: string) => (await stage.get(path)).body.message as string;
    expect(await messageOf('/api/v1/events?max=0')).toBe('max in the query must be >= 1');
    expect(await messageOf('/api/v1/events?max=5000')).toBe('max in the query must be <= 1000');
    expect(await messageOf('/api/v1/events?severity=dreadful')).toMatch(
      /^severity in the query must be equal to one of .*: debug, info, .*critical$/,
    );
    const range = '/api/v1/events?from=2026-02-01T00:00:00Z&to=2026-01-01T00:00:00Z';
    expect(await messageOf(range)).toBe('the range ends before it begins');
    expect(await messageOf('/api/v1/dead-letters/x')).toBe('id in the address must be integer');
    const nothing = await stage.send('/api/v1/replay', {});
    expect(nothing.body.message).toBe("the body must have required property 'from'");
    const ids = { letters: { ids: [] }, reason: 'x' };
    expect((await stage.send('/api/v1/dead-letters/discard', ids)).status).toBe(400);
    const large = await stage.send('/api/v1/configuration/check', { text: 'x'.repeat(5_000_000) });
    expect(large.status).toBe(413);
    expect(large.body.message).toBe('the body is larger than 4194304 bytes');
  });

  it('does nothing where there is nothing to do, and says so', async () => {
    const stage = await startStage();
    const lastOf = async (path: string, body: object) => {
      const { text } = await stage.send(path, body);
      return JSON.parse(text.trim().split('\n').at(-1) ?? '') as unknown;
    };
    const nothing = { kind: 'done', result: { dryRun: false, events: 0, deliveries: 0 } };
    expect(await lastOf('/api/v1/replay', { from: 0, to: 1 })).toMatchObject(nothing);
    const all = { letters: { filter: {} } };
    expect(await lastOf('/api/v1/dead-letters/replay', all)).toMatchObject(nothing);
    expect(await lastOf('/api/v1/alarms/resend', {})).toMatchObject(nothing);
    const discard = await stage.send('/api/v1/dead-letters/discard', { ...all, reason: 'none' });
    expect(discard.body).toEqual({ discarded: 0, byCode: {} });
    const gone = await stage.send('/api/v1/dead-letters/replay', { letters: { ids: [77] } });
    expect([gone.status, gone.body.message]).toEqual([
      400,
      'there is no dead letter 77 (any more)',
    ]);
  });

  it('takes a configuration that is a bomb for what it is: wrong', async () => {
    const stage = await startStage();
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
    const lines = names.map((name, index) => {
      const before = index === 0 ? 'x' : `*${String(names[index - 1])}`;
      return `${name}: &${name} [${Array<string>(9).fill(before).join(', ')}]`;
    });
    for (const text of [lines.join('\n'), '['.repeat(100_000), '\0', '- '.repeat(100_000), '']) {
      const { status, body } = await stage.send('/api/v1/configuration/check', { text });
      expect([status, body.ok]).toEqual([200, false]);
      expect(body.problems.length).toBeGreaterThan(0);
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

  it('tells whoever knows another journal that this one never had his position', async () => {
    const stage = await startStage();
    await stage.post('a');
    const socket = await open(stage.port);
    let text = '';
    socket.setEncoding('utf8').on('data', (part: string) => (text += part));
    socket.write(begin(stage.port, 'last-event-id: 1000\r\n'));
    await waitFor(() => text.includes('event: dropped'), { ...PATIENCE, what: 'the warning' });
    expect(text).toContain('data: {"reason":"unknown"}');
    await stage.post('b');
    await waitFor(() => text.includes('id: 2\n'), { ...PATIENCE, what: 'what is new' });
  });

  it('is no place in the queue for whoever asks wrongly, or only for its head', async () => {
    const stage = await startStage();
    for (let attempt = 0; attempt < WATCHERS_MAX + 1; attempt += 1) {
      const wrong = await stage.get('/api/v1/events/live', { headers: { 'last-event-id': 'x' } });
      expect(wrong.status).toBe(400);
    }
    const head = await fetch(`${stage.url}/api/v1/events/live`, { method: 'HEAD' });
    expect(head.status).toBe(404);
    expect((await stage.get('/api/v1/status')).body.broker.watchers).toBe(0);
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
