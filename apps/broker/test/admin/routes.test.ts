/* eslint-disable @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-return -- answers are JSON, asserted on as it comes */
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { composeEvent, type CanonicalEvent, type EventData } from '@viaduct/core';
import { collectLogs, systemClock, waitFor } from '@viaduct/testkit';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ADAPTERS } from '../../src/adapters.ts';
import { startAdmin } from '../../src/admin/admin.ts';
import { connectToBroker } from '../../src/admin/client.ts';
import { openConnection } from '../../src/admin/connection.ts';
import { editorSchema } from '../../src/config/editor-schema.ts';
import { readConfiguration } from '../../src/config/load-configuration.ts';
import { freePort } from '../../../../tools/peers/free-port.ts';
import { PATIENCE, type Stage, startStage } from './stage.ts';

async function delivered(stage: Stage, count: number): Promise<void> {
  const sent = () => stage.broker.engine.status().sinks[0]?.counters.delivered ?? 0;
  await waitFor(() => sent() >= count, { ...PATIENCE, what: `${count} events delivered` });
}

/** A canonical event about a machine. */
function canonicalOf(machine: string, data: Partial<EventData>): CanonicalEvent {
  const parts = {
    id: crypto.randomUUID(),
    dialect: 'cloudevents',
    source: 'cloudevents://stage/test',
    nativetype: 'test.machine',
    data: {
      resource: { kind: 'compute' as const, id: machine },
      action: 'state' as const,
      ...data,
    },
  };
  return composeEvent(parts, { receivedAt: Date.now(), system: 'stage', ordinal: 0 });
}

describe('before the broker is up', () => {
  it('answers that it lives and is not ready', async () => {
    const port = await freePort();
    const file = 'viaduct.yaml';
    const read = await readConfiguration(
      file,
      `
broker: { data: /nowhere, admin: { listen: "127.0.0.1:${port}" } }
sources: { web: { adapter: cloudevents.http, listen: "127.0.0.1:1" } }
sinks: { out: { adapter: cloudevents.file, file: out.jsonl } }
routes: [{ from: web, to: out }]`,
      ADAPTERS,
      { environment: {}, folder: '/' },
    );
    if (!read.ok) throw new Error(JSON.stringify(read.error));
    const common = { adapters: ADAPTERS, environment: {}, logger: collectLogs() };
    const admin = await startAdmin({ ...common, broker: read.value.broker, clock: systemClock });
    onTestFinished(() => admin.close());
    const get = async (path: string) => {
      const answer = await fetch(`http://127.0.0.1:${port}${path}`);
      return [answer.status, await answer.text()] as const;
    };
    expect((await get('/livez'))[0]).toBe(200);
    expect(await get('/readyz')).toEqual([
      503,
      '{"status":"not ready","parts":{"journal":"not open","engine":"not running"}}',
    ]);
    const [status, text] = await get('/api/v1/status');
    expect(status).toBe(503);
    expect(JSON.parse(text)).toMatchObject({ code: 'VIA_ADMIN_NOT_RUNNING' });
    const [found, metrics] = await get('/metrics');
    expect(found).toBe(200);
    expect(metrics).toMatch(/^viaduct_ready 0$/m);
  });
});

describe('the status', () => {
  it('tells of every source, sink, route and way, and of the journal', async () => {
    const stage = await startStage();
    for (const id of ['a', 'b', 'c']) await stage.post(id);
    await delivered(stage, 3);
    const { status, body } = await stage.get('/api/v1/status');
    expect(status).toBe(200);
    expect(body.broker).toMatchObject({ name: 'stage', id: stage.broker.journal.brokerId });
    expect(body.state).toBe('running');
    expect(body.sources).toEqual([
      expect.objectContaining({
        name: 'web',
        adapter: 'cloudevents.http',
        state: 'connected',
        counters: expect.objectContaining({ appended: 3 }),
      }),
    ]);
    expect(body.sinks).toEqual([
      expect.objectContaining({
        name: 'out',
        adapter: 'cloudevents.file',
        lag: expect.objectContaining({ pending: 0 }),
        counters: expect.objectContaining({ delivered: 3, sent: 0 }),
      }),
    ]);
    expect(body.routes).toEqual([
      expect.objectContaining({
        name: 'everything',
        from: ['web'],
        to: ['out'],
        sources: ['web'],
        sinks: ['out'],
      }),
    ]);
    expect(body.flows).toEqual([
      expect.objectContaining({ source: 'web', sink: 'out', events: 3 }),
    ]);
    expect(body.journal).toMatchObject({ entries: 3, deadLetters: 0, whenFull: 'block' });
    expect(body.journal.diskFreeBytes).toBeGreaterThan(0);
    const one = await stage.get('/api/v1/sinks/out');
    expect(one.body).toMatchObject({ name: 'out', counters: { delivered: 3 } });
    expect((await stage.get('/api/v1/sources/out')).body).toMatchObject({
      code: 'VIA_ADMIN_NOT_FOUND',
    });
  });

  it('gives a rate within seconds', async () => {
    const stage = await startStage();
    let number = 0;
    await waitFor(
      async () => {
        await stage.post(`r${(number += 1)}`);
        const { sources, sinks, flows } = (await stage.get('/api/v1/status')).body;
        const rates = [sources[0].perSecond.appended, sinks[0].perSecond.out, flows[0]?.perSecond];
        return rates.every((rate) => rate > 0) && sinks[0].latency?.p99Ms > 0;
      },
      { ...PATIENCE, what: 'rates above zero' },
    );
  });

  it('pauses and resumes a sink, and writes down who did it', async () => {
    const stage = await startStage();
    expect((await stage.send('/api/v1/sinks/out/pause')).body).toEqual({
      name: 'out',
      state: 'paused',
    });
    await stage.post('waits');
    const lag = await stage.get('/api/v1/sinks/out');
    expect(lag.body).toMatchObject({ state: 'paused', lag: { pending: 1 } });
    expect((await stage.send('/api/v1/sinks/out/resume')).status).toBe(200);
    await delivered(stage, 1);
    expect((await stage.send('/api/v1/sinks/none/pause')).status).toBe(404);
    const lines = async () =>
      (await readFile(join(stage.data, 'audit.jsonl'), 'utf8')).trim().split('\n');
    await waitFor(async () => (await lines()).length === 3, { ...PATIENCE, what: 'the audit log' });
    expect((await lines()).map((line) => JSON.parse(line) as unknown)).toEqual([
      expect.objectContaining({
        who: 'anonymous',
        from: '127.0.0.1',
        what: 'POST /api/v1/sinks/out/pause',
        status: 200,
      }),
      expect.objectContaining({ what: 'POST /api/v1/sinks/out/resume', status: 200 }),
      expect.objectContaining({ status: 404, code: 'VIA_ADMIN_NOT_FOUND' }),
    ]);
  });
});

describe('events', () => {
  it('are found by what they are, newest first and page by page', async () => {
    const stage = await startStage();
    for (let number = 1; number <= 5; number += 1) {
      await stage.post(`e${number}`, { type: `org.example.t${number}`, data: { n: number } });
    }
    const types = async (query: string) => {
      const { status, body } = await stage.get(`/api/v1/events?${query}`);
      expect(status).toBe(200);
      return body.events.map((found: { event: { nativetype: string } }) => found.event.nativetype);
    };
    expect(await types('max=2')).toEqual(['org.example.t5', 'org.example.t4']);
    expect(await types('order=oldest&max=1')).toEqual(['org.example.t1']);
    expect(await types('type=*.t3')).toEqual(['org.example.t3']);
    expect(await types('text=org.example.T2')).toEqual(['org.example.t2']);
    expect(await types('source=other')).toEqual([]);
    expect(await types('from=2100-01-01T00:00:00Z')).toEqual([]);
    const first = await stage.get('/api/v1/events?max=2&view=summary');
    expect(first.body.events[0]).toMatchObject({ nativetype: 'org.example.t5', kind: 'service' });
    expect(first.body.events[0]).not.toHaveProperty('event');
    const next = await stage.get(`/api/v1/events?max=2&view=summary&after=${first.body.next}`);
    expect(next.body.events[0]).toMatchObject({ nativetype: 'org.example.t3' });
  });

  it('are found by how severe they are at least', async () => {
    const stage = await startStage();
    for (const [id, severity] of Object.entries({
      calm: 'info',
      bad: 'error',
      worse: 'critical',
    })) {
      await stage.post(id, canonicalOf(id, { severity: severity as 'info' }));
    }
    await stage.post('silent', canonicalOf('silent', {}));
    const found = async (severity: string) =>
      (await stage.get(`/api/v1/events?view=summary&severity=${severity}`)).body.events.map(
        (one: { subject: string }) => one.subject,
      );
    expect(await found('error')).toEqual(['compute/worse', 'compute/bad']);
    expect(await found('debug')).toHaveLength(3);
    expect((await stage.get('/api/v1/events?severity=dreadful')).status).toBe(400);
  });

  it('open with their original, each delivery, its output and what that lost', async () => {
    const sinks = `  nms: { adapter: snmp, target: "127.0.0.1:${await freePort()}", version: 2, community: hush }`;
    const stage = await startStage({ sinks, routes: '  - { from: web, to: nms }' });
    await stage.post('one', { data: { n: 1 } });
    await delivered(stage, 1);
    const { events } = (await stage.get('/api/v1/events')).body;
    const path = `/api/v1/events/${events[0].event.id}`;
    const isDone = async () =>
      (await stage.get(path)).body.deliveries.every(
        ({ state, recent }: { state: string; recent: unknown[] }) =>
          state === 'done' && recent.length === 1,
      );
    await waitFor(isDone, { ...PATIENCE, what: 'both deliveries' });
    const { body } = await stage.get(path);
    expect(body.native.dialect).toBe('cloudevents');
    expect(body.routes).toContainEqual({ name: 'route 2', sinks: ['nms'] });
    expect(body.deliveries).toHaveLength(2);
    const [out, nms] = ['out', 'nms'].map((name) =>
      body.deliveries.find(({ sink }: { sink: string }) => sink === name),
    );
    expect(out.recent[0]).toMatchObject({ outcome: 'delivered', attempt: 1 });
    expect(out.output).toMatchObject({ recomputed: true, natives: [{ id: 'one' }], losses: [] });
    expect(nms.recent[0]).toMatchObject({ outcome: 'sent' });
    expect(nms.output.natives[0].varbinds.length).toBeGreaterThan(3);
    expect(nms.output.losses.length).toBeGreaterThan(0);
    const oslo = await stage.get(`${path}/as/oslo`);
    expect(oslo.body).toMatchObject({ dialect: 'oslo', recomputed: true });
    expect(oslo.body.explain.messages[0].fields.length).toBeGreaterThan(5);
    expect((await stage.get(`${path}/as/latin`)).status).toBe(404);
    expect((await stage.get('/api/v1/events/nothing')).status).toBe(404);
  });
});

describe('a sink that came after the event and begins in the past', () => {
  it('is among its deliveries, waiting and done', async () => {
    const stage = await startStage();
    await stage.post('early');
    const { events } = (await stage.get('/api/v1/events')).body;
    const path = `/api/v1/events/${events[0].event.id}`;
    const text = await readFile(stage.file, 'utf8');
    const port = await freePort();
    const late = `  late: { adapter: cloudevents.http, url: "http://127.0.0.1:${port}/", from: start }`;
    const changed = text.replace('routes:', `${late}\nroutes:`).concat('  - { to: late }\n');
    await writeFile(stage.file, changed);
    expect((await stage.send('/api/v1/configuration/reload')).status).toBe(200);
    const deliveryOf = async () =>
      (await stage.get(path)).body.deliveries.find(({ sink }: { sink: string }) => sink === 'late');
    // Its peer is not there yet.
    const isWaiting = async () => (await deliveryOf())?.state === 'waiting';
    await waitFor(isWaiting, { ...PATIENCE, what: 'the delivery that waits' });
    const peer = createServer((_request, response) => response.writeHead(204).end());
    onTestFinished(() => void peer.close());
    peer.listen(port, '127.0.0.1');
    const isDone = async () => (await deliveryOf())?.state === 'done';
    await waitFor(isDone, { ...PATIENCE, what: 'the delivery' });
    expect((await deliveryOf()).recent.at(-1)).toMatchObject({ outcome: 'delivered' });
    expect((await deliveryOf()).output.natives).toHaveLength(1);
  });
});

describe('a route', () => {
  it('says how it is: its state, its lag, its rate, and what it had no answer for', async () => {
    const sinks = `  dead: { adapter: cloudevents.http, url: "http://127.0.0.1:${await freePort()}/" }`;
    const routes = `
  - { name: to the dead, from: web, to: dead }`;
    const stage = await startStage({ sinks, routes });
    await stage.post('a');
    const isSo = async () => {
      const [everything, dead] = (await stage.get('/api/v1/status')).body.routes;
      expect(everything).toMatchObject({ name: 'everything', state: 'connected', failures: 0 });
      expect(dead).toMatchObject({ sinks: ['dead'], state: 'waiting', failures: 0 });
      expect(dead.lag).toEqual({ pending: 1, oldestAt: expect.any(Number) });
      return true;
    };
    await waitFor(isSo, { ...PATIENCE, what: 'the routes as they are' });
  });

  it('tells its last error', async () => {
    const sinks = '  loud: { adapter: cloudevents.file, file: ./loud.jsonl }';
    const routes = `  - { name: broken, from: web, to: loud, when: 'data.attributes.nothing == 1' }`;
    const stage = await startStage({ sinks, routes });
    await stage.post('a');
    const isTold = async () => (await stage.get('/api/v1/status')).body.routes[1].failures === 1;
    await waitFor(isTold, { ...PATIENCE, what: 'the failure' });
    expect((await stage.get('/api/v1/status')).body.routes[1].lastError).toMatchObject({
      code: 'VIA_ROUTING_EXPRESSION_FAILED',
      message: expect.stringContaining('when:'),
    });
  });
});

describe('an event that a route changes', () => {
  it('is shown at each sink in the shape that goes there', async () => {
    const sinks = '  loud: { adapter: cloudevents.file, file: loud.jsonl }';
    const routes = `  - { from: web, to: loud, set: { severity: '"critical"' } }`;
    const stage = await startStage({ sinks, routes });
    const event = canonicalOf('vm', { severity: 'info' });
    await stage.post(event.id, event);
    const { body } = await stage.get(`/api/v1/events/${event.id}`);
    const severities = body.deliveries.map(
      ({ sink, output }: { sink: string; output: { natives: [{ data: object }] } }) => [
        sink,
        (output.natives[0].data as EventData).severity,
      ],
    );
    expect(severities).toEqual([
      ['out', 'info'],
      ['loud', 'critical'],
    ]);
    expect(body.event.data.severity).toBe('info');
  });
});

describe('sending again', () => {
  it('plans and does a replay, line by line', async () => {
    const stage = await startStage();
    for (const id of ['a', 'b']) await stage.post(id);
    await delivered(stage, 2);
    const range = { from: 0, to: 4_102_444_800_000 };
    const told = async (body: object) => {
      const answer = await stage.send('/api/v1/replay', body);
      expect(answer.headers.get('content-type')).toMatch(/^application\/x-ndjson/);
      return answer.text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
    };
    const dry = await told({ ...range, dryRun: true });
    expect(dry.find(({ kind }) => kind === 'plan').plan).toMatchObject({ events: 2 });
    expect(dry.at(-1)).toMatchObject({ kind: 'done', result: { dryRun: true, events: 0 } });
    const real = await told(range);
    expect(real.at(-1)).toMatchObject({ kind: 'done', result: { events: 2, deliveries: 2 } });
    await delivered(stage, 4);
    const nothing = await told(range);
    expect(nothing.at(-1)).toMatchObject({ kind: 'done', result: { events: 0 } });
  });

  it('refuses a request that cannot be, before it begins', async () => {
    const stage = await startStage();
    const wrong = await stage.send('/api/v1/replay', { from: 0, to: 1, sinks: ['nowhere'] });
    expect(wrong.status).toBe(400);
    expect(wrong.body).toMatchObject({ code: 'VIA_BROKER_REQUEST' });
    expect(wrong.body.message).toContain('nowhere');
    const misspelt = await stage.send('/api/v1/replay', { from: 0, to: 1, dryrun: true });
    expect(misspelt.body).toMatchObject({ code: 'VIA_ADMIN_REQUEST' });
    expect(misspelt.body.problems[0].message).toContain('dryrun');
  });

  it('is refused to a second operator while the first is at it, and ends when he leaves', async () => {
    const stage = await startStage();
    for (let number = 0; number < 40; number += 1) await stage.post(`e${number}`);
    await delivered(stage, 40);
    const slowly = { from: 0, to: 4_102_444_800_000, ratePerSecond: 0.5, id: 'slow' };
    const operations = await connectToBroker(stage.data);
    const leaving = new AbortController();
    const first = operations?.replay(slowly, leaving.signal)[Symbol.asyncIterator]();
    const isWriting = async () => (await first?.next())?.value?.kind === 'writing';
    await waitFor(isWriting, { ...PATIENCE, what: 'the first replay to write' });
    const second = await stage.send('/api/v1/replay', { ...slowly, id: 'other' });
    expect(second.status).toBe(409);
    expect(second.body).toMatchObject({ code: 'VIA_BROKER_REPLAY_UNDER_WAY' });
    leaving.abort(new Error('the first operator left'));
    await expect(first?.next()).rejects.toThrow('the first operator left');
    const again = { ...slowly, ratePerSecond: 1_000, id: 'third' };
    const isFree = async () => (await stage.send('/api/v1/replay', again)).status === 200;
    await waitFor(isFree, { ...PATIENCE, what: 'the end of the first replay' });
  });

  it('is the same over the socket, for commands', async () => {
    const stage = await startStage();
    await stage.post('a');
    await delivered(stage, 1);
    const operations = await connectToBroker(stage.data);
    if (operations === undefined) throw new Error('nobody answers on the socket');
    const { signal } = new AbortController();
    expect(operations.broker).toBe('running');
    expect(await operations.figures()).toMatchObject({
      brokerId: stage.broker.journal.brokerId,
      deadLetters: 0,
    });
    const page = await operations.events.search({ text: 'org.example', max: 5 }, signal);
    expect(page.events).toHaveLength(1);
    const id = page.events[0]?.event.id ?? '';
    expect(await operations.events.get(id, signal)).toMatchObject({ native: expect.anything() });
    expect(await operations.events.get('nothing', signal)).toBeUndefined();
    expect(await operations.deadLetters.list({})).toEqual({ letters: [] });
    expect(await operations.deadLetters.list({ max: 5_000 })).toEqual({ letters: [] });
    expect((await operations.events.search({ max: 5_000 }, signal)).events).toHaveLength(1);
    expect(await operations.deadLetters.get(7)).toBeUndefined();
    expect(await operations.alarms.list()).toEqual({ alarms: [], warnings: [] });
    const told = [];
    for await (const one of operations.replay({ from: 0, to: 4_102_444_800_000 }, signal)) {
      told.push(one);
    }
    expect(told.at(-1)).toMatchObject({ kind: 'done', result: { events: 1 } });
    const wrong = operations.replay({ from: 0, to: 1, sinks: ['nowhere'] }, signal);
    await expect(wrong[Symbol.asyncIterator]().next()).rejects.toMatchObject({
      code: 'VIA_BROKER_REQUEST',
    });
    const connection = await openConnection(stage.data);
    const live = connection?.events({ path: '/api/v1/events/live?after=0' });
    expect((await live?.next())?.value).toMatchObject({ event: 'event', id: '1', data: { id } });
    await live?.return();
    const refused = connection?.events({ path: '/api/v1/events/live?after=x' });
    await expect(refused?.next()).rejects.toMatchObject({ code: 'VIA_BROKER_REQUEST' });
    await stage.admin.close();
    await expect(operations.figures()).rejects.toMatchObject({ code: 'VIA_ADMIN_CONNECTION' });
    expect(await connectToBroker(stage.data)).toBeUndefined();
    expect(await openConnection(stage.folder)).toBeUndefined();
  });
});

describe('dead letters', () => {
  it('are listed, grouped, opened, replayed and discarded', async () => {
    const sinks = `  nms: { adapter: cloudevents.http, url: "http://127.0.0.1:${await freePort()}/" }`;
    const stage = await startStage({ sinks });
    const letter = {
      stage: 'send' as const,
      code: 'VIA_CLOUDEVENTS_REFUSED' as const,
      reason: 'the peer said no',
      source: 'web',
      sink: 'out',
      at: 1_700_000_000_000,
      attempts: [],
    };
    await stage.post('a');
    const found = (await stage.get('/api/v1/events')).body.events[0].event;
    await stage.broker.journal.deadLetters.add([{ ...letter, event: found }, letter, letter]);
    const { letters } = (await stage.get('/api/v1/dead-letters?sink=out')).body;
    expect(letters).toHaveLength(3);
    expect((await stage.get('/api/v1/dead-letters?stage=send&max=2')).body.next).toBeDefined();
    expect((await stage.get('/api/v1/dead-letters?stage=nonsense')).status).toBe(400);
    expect((await stage.get('/api/v1/dead-letters/groups')).body).toEqual({
      groups: [expect.objectContaining({ count: 3, sink: 'out', reason: 'the peer said no' })],
      letters: 3,
      isComplete: true,
    });
    const whole = await stage.get(`/api/v1/dead-letters/${letters[0].id}`);
    expect(whole.body.event.id).toBe(found.id);
    expect((await stage.get('/api/v1/dead-letters/999')).status).toBe(404);
    const replayed = await stage.send('/api/v1/dead-letters/replay', {
      letters: { ids: [letters[0].id] },
    });
    expect(JSON.parse(replayed.text.trim().split('\n').at(-1) ?? '')).toMatchObject({
      kind: 'done',
      result: { lettersRemoved: 1 },
    });
    const body = { letters: { filter: { sink: 'out' } }, reason: 'a test' };
    const dry = await stage.send('/api/v1/dead-letters/discard', { ...body, dryRun: true });
    expect(dry.body).toMatchObject({ byCode: { VIA_CLOUDEVENTS_REFUSED: 2 } });
    const gone = await stage.send('/api/v1/dead-letters/discard', body);
    expect(gone.body).toMatchObject({ discarded: 2 });
    expect((await stage.get('/api/v1/dead-letters')).body.letters).toEqual([]);
    const both = { letters: { ids: [1], filter: {} }, reason: 'x' };
    expect((await stage.send('/api/v1/dead-letters/discard', both)).status).toBe(400);
  });
});

describe('translation', () => {
  it('translates a text or a message, and says what is wrong with another', async () => {
    const stage = await startStage();
    const lines = await readFile(
      join(import.meta.dirname, '../../fixtures/translate/opennebula.jsonl'),
      'utf8',
    );
    const text = lines.split('\n')[0] ?? '';
    const asText = await stage.send('/api/v1/translate', {
      from: 'opennebula',
      to: 'oslo',
      message: text,
      explain: true,
    });
    expect(asText.status).toBe(200);
    expect(asText.body.natives.length).toBeGreaterThan(0);
    expect(asText.body.explain.length).toBe(asText.body.events.length);
    const asJson = await stage.send('/api/v1/translate', {
      from: 'opennebula',
      to: 'snmp',
      message: JSON.parse(text) as unknown,
    });
    expect(asJson.body.natives.length).toBeGreaterThan(0);
    const wrong = await stage.send('/api/v1/translate', { from: 'oslo', to: 'snmp', message: '{' });
    expect(wrong.status).toBe(422);
    const unknown = await stage.send('/api/v1/translate', { from: 'osl', to: 'snmp', message: {} });
    expect(unknown.body.message).toMatch(/"osl".*oslo/);
    const { adapters } = (await stage.get('/api/v1/adapters')).body;
    expect(adapters.map(({ name }: { name: string }) => name)).toContain('cloudify');
  });
});

describe('the configuration', () => {
  it('is shown without its secrets, and what differs on the disk with what is wrong there', async () => {
    const sinks = '  bus: { adapter: oslo, url: "amqp://u:hunter2@127.0.0.1:1/", topic: t }';
    const stage = await startStage({ sinks });
    const same = (await stage.get('/api/v1/configuration')).body;
    expect(same).toMatchObject({ isSame: true, disk: { ok: true, problems: [] } });
    expect(same.running.text).toContain('amqp://u:***@127.0.0.1:1/');
    const text = await readFile(stage.file, 'utf8');
    await writeFile(stage.file, text.replace('topic:', 'topik:').replace('hunter2', 'hunter3'));
    const other = (await stage.get('/api/v1/configuration')).body;
    expect(other.isSame).toBe(false);
    expect(other.disk.ok).toBe(false);
    expect(other.disk.problems[0]).toMatchObject({ path: 'sinks.bus.topik' });
    expect(other.disk.problems[0].line).toBeGreaterThan(5);
    expect(JSON.stringify(other)).not.toContain('hunter');
    const refused = await stage.send('/api/v1/configuration/reload');
    expect(refused.status).toBe(422);
    expect(refused.body.problems[0]).toMatchObject({ path: 'sinks.bus.topik' });
    expect(stage.broker.engine.status().state).toBe('running');
    await writeFile(stage.file, text.replace('out.jsonl', 'other.jsonl'));
    const applied = await stage.send('/api/v1/configuration/reload');
    expect(applied.body).toMatchObject({ ok: true, sinks: { changed: ['out'] } });
    expect((await stage.get('/api/v1/configuration')).body.isSame).toBe(true);
  });

  it('has a JSON Schema for editors, the one that the command prints', async () => {
    const stage = await startStage();
    const { body } = await stage.get('/api/v1/configuration/schema');
    expect(body).toEqual(JSON.parse(JSON.stringify(await editorSchema(ADAPTERS))));
    expect(body.properties.sinks).toBeDefined();
  });

  it('is checked before it is written', async () => {
    const stage = await startStage();
    const bad = await stage.send('/api/v1/configuration/check', { text: 'sources: 5\n' });
    expect(bad.body).toMatchObject({ ok: false });
    expect(bad.body.problems.length).toBeGreaterThan(1);
    const yaml = await stage.send('/api/v1/configuration/check', { text: 'a: [' });
    expect(yaml.body.problems[0]).toMatchObject({ code: 'VIA_BROKER_CONFIG_SYNTAX' });
    const good = { text: await readFile(stage.file, 'utf8') };
    expect((await stage.send('/api/v1/configuration/check', good)).body).toMatchObject({
      ok: true,
    });
    expect(stage.broker.configuration.text).toBe(good.text);
  });
});
