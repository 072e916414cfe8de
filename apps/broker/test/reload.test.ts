import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from '@viaduct/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Publisher } from 'zeromq';
import { freePort } from '../../../tools/peers/free-port.ts';
import { type Running, startViaduct } from './viaduct-command.ts';

const LIMITS = { timeoutMs: 40_000 };
const TIMEOUT_MS = 120_000;

let folder: string;
let publisher: Publisher;
let endpoint: string;
const started: Running[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'viaduct-reload-'));
  publisher = new Publisher({ linger: 0 });
  endpoint = `tcp://127.0.0.1:${await freePort()}`;
  await publisher.bind(endpoint);
});

afterEach(async () => {
  for (const { child, ended } of started.splice(0)) {
    child.kill('SIGKILL');
    await ended;
  }
  publisher.close();
  await rm(folder, { recursive: true, force: true });
});

/** A configuration with these file sinks, all of them fed with everything. */
function configuration(sinks: readonly string[], more = ''): string {
  const lines = sinks.map(
    (name) => `  ${name}: { adapter: cloudevents.file, file: ./${name}.jsonl }`,
  );
  return [
    `broker: { name: test, data: ./data${more} }`,
    `sources: { one: { adapter: opennebula, endpoint: "${endpoint}" } }`,
    'sinks:',
    ...lines,
    `routes: [{ name: all, to: [${sinks.map((name) => name.split(':')[0]).join(', ')}] }]`,
  ].join('\n');
}

async function configure(text: string): Promise<string> {
  const file = join(folder, 'viaduct.yaml');
  await writeFile(file, text);
  return file;
}

async function run(text: string, env: Readonly<Record<string, string>> = {}): Promise<Running> {
  const running = startViaduct(['run', '-c', await configure(text)], { env });
  started.push(running);
  await lines(running, 'running', 1);
  return running;
}

/** Waits for so many lines of the log that say this; the last of them. */
async function lines(running: Running, msg: string, count: number) {
  const find = () => running.log().filter((line) => String(line.msg).includes(msg));
  await waitFor(() => find().length >= count, { ...LIMITS, what: `${count} times "${msg}"` });
  return find().at(-1) ?? {};
}

async function written(sink: string): Promise<number> {
  const text = await readFile(join(folder, `${sink}.jsonl`), 'utf8').catch(() => '');
  return text.split('\n').length - 1;
}

/** Publishes until every one of these has got more than it has now. */
async function flows(...sinks: readonly string[]): Promise<void> {
  const file = join(import.meta.dirname, '../fixtures/translate/opennebula.jsonl');
  const all = (await readFile(file, 'utf8')).split('\n');
  const { key, content } = JSON.parse(
    all.find((line) => line.includes('EVENT STATE VM/')) ?? '',
  ) as {
    readonly key: string;
    readonly content: string;
  };
  const before = await Promise.all(sinks.map(written));
  const limits = { ...LIMITS, what: `events at ${sinks.join(', ')}` };
  await waitFor(async () => {
    await publisher.send([key, content]);
    const now = await Promise.all(sinks.map(written));
    return now.every((count, index) => count > (before[index] ?? 0));
  }, limits);
}

const of = (running: Running, fields: object): number =>
  running
    .log()
    .filter((line) => Object.entries(fields).every(([key, value]) => line[key] === value)).length;

describe('a reload', () => {
  it(
    'adds and removes sinks and leaves alone what did not change',
    { timeout: TIMEOUT_MS },
    async () => {
      const running = await run(configuration(['a', 'b']));
      await flows('a', 'b');
      await configure(configuration(['a', 'c']));
      running.child.kill('SIGHUP');
      const line = await lines(running, 'reloaded', 1);
      expect(line).toMatchObject({
        sources: { added: [], changed: [], removed: [] },
        sinks: { added: ['c'], changed: [], removed: ['b'] },
      });
      const last = await written('b');
      await flows('a', 'c');
      expect(await written('b')).toBe(last);
      expect(of(running, { source: 'one', msg: 'connected' })).toBe(1);
      expect(of(running, { sink: 'a', msg: 'connected' })).toBe(1);
      running.child.kill('SIGTERM');
      expect((await running.ended).code).toBe(0);
      const stopped = await lines(running, 'stopped', 1);
      const [a, b, c] = [await written('a'), await written('b'), await written('c')];
      expect(stopped).toMatchObject({ delivered: a + b + c, duplicates: 0, dropped: 0 });
      expect(Number(stopped.losses)).toBeGreaterThanOrEqual(0);
    },
  );

  it(
    'of a broken file changes nothing and says what is wrong where',
    { timeout: TIMEOUT_MS },
    async () => {
      const running = await run(configuration(['a']));
      const file = await configure(configuration(['a', 'b']).replace('to: [a, b]', 'to: [a, bee]'));
      running.child.kill('SIGHUP');
      const line = await lines(running, 'bee', 1);
      expect(String(line.msg)).toContain(`${file}:6: `);
      await lines(running, 'stays as it was', 1);
      await flows('a');
      await configure(configuration(['a', 'b']));
      running.child.kill('SIGHUP');
      await lines(running, 'reloaded', 1);
      await flows('a', 'b');
    },
  );

  it('says what counts only after a restart', { timeout: TIMEOUT_MS }, async () => {
    const running = await run(configuration(['a']));
    await configure(configuration(['a'], ', journal: { retentionMs: 3600000 }'));
    running.child.kill('SIGHUP');
    expect(await lines(running, 'started again', 1)).toMatchObject({ key: 'broker.journal' });
    await flows('a');
  });

  it(
    'gives a sink that begins at the start what was there before it',
    { timeout: TIMEOUT_MS },
    async () => {
      const running = await run(configuration(['a']));
      await flows('a');
      await flows('a');
      const text = configuration(['a', 'late']).replace('late.jsonl', 'late.jsonl, from: start');
      await configure(text);
      running.child.kill('SIGHUP');
      await lines(running, 'reloaded', 1);
      const caughtUp = async () => (await written('late')) >= (await written('a'));
      await waitFor(caughtUp, { ...LIMITS, what: 'the past at the late sink' });
    },
  );

  it('follows the files of secrets and of hooks by itself', { timeout: TIMEOUT_MS }, async () => {
    const secret = join(folder, 'secret');
    const hooks = join(folder, 'hooks.conf');
    await writeFile(secret, 'first-token-of-the-nms\n');
    await writeFile(
      hooks,
      'hooks: [{ name: one, event_type: workflow_failed, command: [echo] }]\n',
    );
    const text = `
broker: { name: test, data: ./data }
sources: { one: { adapter: opennebula, endpoint: "${endpoint}" } }
sinks:
  web: { adapter: cloudevents.http, url: "http://127.0.0.1:1/", token: "\${file:./secret}" }
  hooks: { adapter: cloudify.hooks, file: ./hooks.conf }
routes: [{ name: all, to: [web, hooks] }]
`;
    const running = await run(text);
    await lines(running, 'connected', 1);
    await replace(hooks, 'hooks: [{ name: two, event_type: workflow_failed, command: [echo] }]\n');
    const first = await lines(running, 'reloaded', 1);
    expect(first).toMatchObject({
      sinks: { added: ['hooks.two'], changed: [], removed: ['hooks.one'] },
    });
    await replace(secret, 'second-token-of-the-nms\n');
    const second = await lines(running, 'reloaded', 2);
    expect(second).toMatchObject({ sinks: { added: [], changed: ['web'], removed: [] } });
    expect(running.stderr()).not.toContain('token-of-the-nms');
  });
});

/** Puts a file in the place of another at once: one that is written in place is empty for a moment. */
async function replace(file: string, text: string): Promise<void> {
  await writeFile(`${file}.new`, text);
  await rename(`${file}.new`, file);
}

/** A service manager: prints each datagram it gets as one line of JSON. */
const MANAGER = `
import json, socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
print('ready', flush=True)
while True: print(json.dumps(s.recv(65536).decode()), flush=True)
`;

describe('a service manager', () => {
  it(
    'is told of the start, of reloads, of health and of the stop',
    { timeout: TIMEOUT_MS },
    async () => {
      const socket = join(folder, 'notify');
      const manager = spawn('python3', ['-c', MANAGER, socket], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let heard = '';
      manager.stdout.setEncoding('utf8').on('data', (text: string) => (heard += text));
      const hears = (what: string, count = 1) =>
        waitFor(() => heard.split(what).length > count, { ...LIMITS, what: `${count} × ${what}` });
      try {
        await hears('ready');
        const env = { NOTIFY_SOCKET: socket, WATCHDOG_USEC: '1000000' };
        const running = await run(configuration(['a']), env);
        await hears('READY=1');
        await hears('WATCHDOG=1', 3);
        running.child.kill('SIGHUP');
        await hears('RELOADING=1');
        await hears('READY=1', 2);
        expect(heard).toMatch(/RELOADING=1\\nMONOTONIC_USEC=\d+/);
        expect(heard.indexOf('RELOADING=1')).toBeLessThan(heard.lastIndexOf('READY=1'));
        running.child.kill('SIGTERM');
        expect((await running.ended).code).toBe(0);
        await hears('STOPPING=1');
      } finally {
        manager.kill('SIGKILL');
      }
    },
  );

  it('that cannot be told is said once, and stops nothing', { timeout: TIMEOUT_MS }, async () => {
    const env = { NOTIFY_SOCKET: join(folder, 'nobody'), WATCHDOG_USEC: '400000' };
    const running = await run(configuration(['a']), env);
    await lines(running, 'service manager cannot be told', 1);
    await flows('a');
    expect(of(running, { level: 'warn', message: 'READY=1' })).toBe(1);
  });
});

/** Runs a command on a terminal of its own, closes the terminal, and says how it ended. */
const TERMINAL = `
import os, pty, sys, time, signal
pid, fd = pty.fork()
if pid == 0: os.execv(sys.argv[1], sys.argv[1:])
seen = b''
while b'running' not in seen: seen += os.read(fd, 65536)
os.close(fd)
_, status = os.waitpid(pid, 0)
print(os.waitstatus_to_exitcode(status), flush=True)
`;

it('stops cleanly when its terminal is closed', { timeout: TIMEOUT_MS }, async () => {
  const file = await configure(configuration(['a']));
  const bin = join(import.meta.dirname, '../bin/viaduct.js');
  const command = [process.execPath, '--conditions=@viaduct/source', bin, 'run', file];
  const child = spawn('python3', ['-c', TERMINAL, ...command], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text));
  await waitFor(() => printed !== '', { ...LIMITS, what: 'the end of the broker' });
  expect(printed.trim()).toBe('0');
});
