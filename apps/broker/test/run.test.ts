import { once } from 'node:events';
import { mkdtemp, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from '@viaduct/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Publisher, Subscriber } from 'zeromq';
import { freePort } from '../../../tools/peers/free-port.ts';
import { type Running, startViaduct, viaduct } from './viaduct-command.ts';

const TIMEOUT_MS = 60_000;

let folder: string;
const started: Running[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'viaduct-run-'));
});

afterEach(async () => {
  for (const { child, ended } of started.splice(0)) {
    child.kill('SIGKILL');
    await ended;
  }
  await rm(folder, { recursive: true, force: true });
});

async function configure(text: string): Promise<string> {
  const file = join(folder, 'viaduct.yaml');
  await writeFile(file, text);
  return file;
}

async function run(text: string): Promise<Running> {
  const running = startViaduct(['run', '-c', await configure(text)]);
  started.push(running);
  return running;
}

/** Waits until a line of the log has these fields. */
async function logged(running: Running, fields: Readonly<Record<string, unknown>>) {
  const find = () =>
    running
      .log()
      .find((line) => Object.entries(fields).every(([name, value]) => line[name] === value));
  const what = `a log line with ${JSON.stringify(fields)}`;
  await waitFor(() => find() !== undefined, { timeoutMs: TIMEOUT_MS, what });
  return find() ?? {};
}

function configuration({ one = 1, amqp = 1, hooks = 1 }): string {
  return `
broker: { name: test, data: ./data }
sources: { one: { adapter: opennebula, endpoint: "tcp://127.0.0.1:${one}" } }
sinks:
  osbus: { adapter: oslo, url: "amqp://user:hunter2@127.0.0.1:${amqp}" }
  hooks: { adapter: opennebula, bind: "tcp://127.0.0.1:${hooks}" }
routes: [{ from: one, to: [osbus, hooks] }]
`;
}

/** The two frames of a machine that runs. */
async function machine(): Promise<readonly [key: string, content: string]> {
  const file = join(import.meta.dirname, '../fixtures/translate/opennebula.jsonl');
  const lines = (await readFile(file, 'utf8')).split('\n');
  const line = lines.find((text) => text.includes('EVENT STATE VM/')) ?? '';
  const { key, content } = JSON.parse(line) as { readonly key: string; readonly content: string };
  return [key, content];
}

describe('viaduct run', () => {
  it('runs with no peer up, says each incident once, and stops cleanly on SIGTERM', async () => {
    let attempts = 0;
    const server = createServer((socket) => {
      attempts += 1;
      // Closed only after the greeting, so that each attempt fails for the same reason.
      socket.on('error', () => undefined).once('data', () => socket.end());
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const amqp = (server.address() as { readonly port: number }).port;
    const running = await run(
      configuration({ one: await freePort(), amqp, hooks: await freePort() }),
    );
    await logged(running, { msg: 'running', sources: 1, sinks: 2, routes: 1 });
    const limits = { timeoutMs: TIMEOUT_MS, what: 'three attempts to connect' };
    await waitFor(() => attempts >= 3, limits);
    running.child.kill('SIGTERM');
    const { code, stdout, stderr } = await running.ended;
    server.close();

    expect(code).toBe(0);
    expect(stdout).toBe('');
    expect(running.log().at(-1)).toMatchObject({ msg: 'stopped', level: 'info', accepted: 0 });
    const incidents = running
      .log()
      .filter(({ level, sink }) => level === 'warn' && sink === 'osbus');
    expect(incidents).toHaveLength(1);
    expect(incidents[0]).toMatchObject({ code: expect.stringMatching(/^VIA_AMQP_/) });
    expect(stderr).not.toContain('hunter2');
    expect(stderr).not.toContain('\u001b[');
  });

  it('stops at once at a second signal', async () => {
    const running = await run(configuration({ hooks: await freePort() }));
    await logged(running, { msg: 'running' });
    // Stopped meanwhile, it finds both, and cannot have ended cleanly after the first of them.
    running.child.kill('SIGSTOP');
    running.child.kill('SIGTERM');
    running.child.kill('SIGINT');
    running.child.kill('SIGCONT');
    expect([130, 143]).toContain((await running.ended).code);
  });

  it('carries events between peers, and is the same broker after a restart', async () => {
    const [one, hooks] = [await freePort(), await freePort()];
    const publisher = new Publisher({ linger: 0 });
    await publisher.bind(`tcp://127.0.0.1:${one}`);
    const subscriber = new Subscriber({ linger: 0 });
    subscriber.connect(`tcp://127.0.0.1:${hooks}`);
    subscriber.subscribe('EVENT STATE ');
    const received: string[] = [];
    const reading = (async () => {
      for await (const [key] of subscriber) received.push(String(key));
    })();
    const text = configuration({ one, hooks });
    const running = await run(text);
    await logged(running, { msg: 'connected', source: 'one' });
    await logged(running, { msg: 'connected', sink: 'hooks' });

    const [key, content] = await machine();
    // A subscription takes its time to arrive, and what is published before it is lost.
    const limits = { timeoutMs: TIMEOUT_MS, what: 'the event at the subscriber' };
    await waitFor(async () => {
      await publisher.send([key, content]);
      return received.length > 0;
    }, limits);
    expect(received[0]).toBe(key);

    running.child.kill('SIGINT');
    expect((await running.ended).code).toBe(0);
    const last = running.log().at(-1) ?? {};
    expect(last).toMatchObject({ msg: 'stopped', delivered: 0 });
    expect(last.accepted).toBeGreaterThan(0);

    const again = await run(text);
    const first = await logged(again, { msg: 'running' });
    expect(first.id).toBe((await logged(running, { msg: 'running' })).id);
    again.child.kill('SIGTERM');
    expect((await again.ended).code).toBe(0);
    publisher.close();
    subscriber.close();
    await reading;
  });

  it('goes on when a port it wants is in use, and says so', async () => {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { readonly port: number };
    const running = await run(configuration({ hooks: port }));
    const line = await logged(running, { sink: 'hooks', code: 'VIA_OPENNEBULA_PORT_IN_USE' });
    expect(String(line.msg)).toContain(String(port));
    await logged(running, { sink: 'osbus', level: 'warn' });
    running.child.kill('SIGTERM');
    expect((await running.ended).code).toBe(0);
    expect(running.log().filter(({ sink }) => sink === 'hooks')).toHaveLength(1);
    server.close();
  });

  it('exits 2 for a configuration with problems, and prints every one', async () => {
    const file = await configure('sources: { a: { adapter: oslow } }\nsinks: {}\nrouts: []\n');
    const { code, stderr } = await viaduct(['run', file]);
    expect(code).toBe(2);
    expect(stderr.split('\n').filter((line) => line.startsWith(`${file}:`))).toHaveLength(4);
    const absent = await viaduct(['run', '-c', join(folder, 'absent.yaml')]);
    expect(absent.code).toBe(2);
    expect(absent.stderr).toContain('VIA_BROKER_CONFIG_UNREADABLE');
  });

  it('exits 4 when another broker owns the data folder', async () => {
    const first = await run(configuration({ hooks: await freePort() }));
    await logged(first, { msg: 'running' });
    const second = await run(configuration({ hooks: await freePort() }));
    expect((await second.ended).code).toBe(4);
    expect(second.log().at(-1)).toMatchObject({ level: 'error', code: 'VIA_JOURNAL_LOCKED' });
  });

  it('exits 4 when the data folder cannot be made', async () => {
    await writeFile(join(folder, 'data'), 'a file where the folder should be');
    const running = await run(configuration({}));
    expect((await running.ended).code).toBe(4);
    expect(running.log().at(-1)).toMatchObject({ level: 'error' });
    expect(running.log().at(-1)?.code).toMatch(/^VIA_JOURNAL_/);
  });

  it('exits 4 when the disk fails under its journal, and says so', async () => {
    const one = await freePort();
    const publisher = new Publisher({ linger: 0 });
    await publisher.bind(`tcp://127.0.0.1:${one}`);
    const file = await configure(configuration({ one, hooks: await freePort() }));
    const running = startViaduct(['run', file], { fileSizeMaxKb: 400 });
    started.push(running);
    await logged(running, { msg: 'connected', source: 'one' });
    const message = await machine();
    let ended = false;
    void running.ended.then(() => {
      ended = true;
    });
    const limits = { timeoutMs: TIMEOUT_MS, what: 'the end of the broker' };
    await waitFor(async () => {
      for (let count = 0; count < 20; count += 1) await publisher.send([...message]);
      return ended;
    }, limits);
    publisher.close();
    expect((await running.ended).code).toBe(4);
    const failures = running.log().filter(({ code }) => code === 'VIA_JOURNAL_FAILED');
    expect(failures.length).toBeGreaterThan(0);
  });

  it('says when its journal is full and which sink is behind, and runs on', async () => {
    const one = await freePort();
    const publisher = new Publisher({ linger: 0, sendHighWaterMark: 0 });
    await publisher.bind(`tcp://127.0.0.1:${one}`);
    const smallest = 'data: ./data, journal: { retentionBytes: 16777216 }';
    const text = configuration({ one, hooks: await freePort() });
    const running = await run(text.replace('data: ./data', smallest));
    await logged(running, { msg: 'connected', source: 'one' });
    const message = await machine();
    const isSaid = () => running.log().some(({ code }) => code === 'VIA_JOURNAL_FULL');
    const limits = { timeoutMs: 4 * TIMEOUT_MS, what: 'the full journal in the log' };
    await waitFor(async () => {
      for (let count = 0; count < 200; count += 1) await publisher.send([...message]);
      return isSaid();
    }, limits);
    publisher.close();
    const line = await logged(running, { code: 'VIA_JOURNAL_FULL', level: 'error' });
    expect(line.msg).toMatch(/at most 16777216, still owed to: osbus \(\d+ events\)/);
    running.child.kill('SIGTERM');
    expect((await running.ended).code).toBe(0);
  }, 300_000);

  it('exits 4 with the stack in its log when something throws that nobody catches', async () => {
    const bug = `process.on('SIGUSR2', () => { throw new Error('amqp://a:hun' + 'ter2@b broke'); })`;
    const file = await configure(configuration({ hooks: await freePort() }));
    const options = `--import=data:text/javascript,${encodeURIComponent(bug)}`;
    const running = startViaduct(['run', file], { env: { NODE_OPTIONS: options } });
    started.push(running);
    await logged(running, { msg: 'running' });
    running.child.kill('SIGUSR2');
    expect((await running.ended).code).toBe(4);
    const line = running.log().at(-1);
    expect(line).toMatchObject({ level: 'error', code: 'VIA_BROKER_FAILED' });
    expect(line?.stack).toMatch(/amqp:\/\/a:\*\*\*@b broke\n +at /);
    expect(running.stderr()).not.toContain('hunter2');
  });

  it('makes a data folder that nobody else can read', async () => {
    const running = await run(configuration({ hooks: await freePort() }));
    await logged(running, { msg: 'running' });
    expect((await stat(join(folder, 'data'))).mode & 0o077).toBe(0);
  });

  it('writes nothing for an event: its log is about incidents', async () => {
    await mkdir(join(folder, 'data'));
    const running = await run(configuration({ hooks: await freePort() }));
    await logged(running, { msg: 'running' });
    running.child.kill('SIGTERM');
    await running.ended;
    for (const line of running.log()) {
      expect(line).toMatchObject({ broker: 'test', time: expect.stringMatching(/^\d{4}-.*Z$/) });
    }
  });
});
