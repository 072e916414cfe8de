import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { waitFor } from '@viaduct/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freePort } from '../../../../tools/peers/free-port.ts';
import { openConnection } from '../../src/admin/connection.ts';
import { type Running, startViaduct } from '../viaduct-command.ts';

const LIMITS = { timeoutMs: 60_000 } as const;

let folder: string;
const started: Running[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'viaduct-admin-run-'));
});

afterEach(async () => {
  for (const { child, ended } of started.splice(0)) {
    child.kill('SIGKILL');
    await ended;
  }
  await rm(folder, { recursive: true, force: true });
});

let webPort = 0;

async function run(admin: string, data = './data'): Promise<Running> {
  const file = join(folder, 'viaduct.yaml');
  webPort = await freePort();
  const text = `
broker: { name: test, data: "${data}", admin: ${admin} }
sources: { web: { adapter: cloudevents.http, listen: "127.0.0.1:${webPort}" } }
sinks: { out: { adapter: cloudevents.file, file: ./out.jsonl } }
routes: [{ from: web, to: out }]
`;
  await writeFile(file, text);
  const running = startViaduct(['run', file], { env: { TOKEN: 'a-token-of-24-characters' } });
  started.push(running);
  return running;
}

/** Posts an event to the source; stored when it resolves. */
async function post(id: string): Promise<void> {
  const posted = async () => {
    const answer = await fetch(`http://127.0.0.1:${webPort}/`, {
      method: 'POST',
      headers: { 'content-type': 'application/cloudevents+json' },
      body: JSON.stringify({ specversion: '1.0', id, source: '/run', type: 'org.example.made' }),
    });
    return answer.ok;
  };
  // It listens a moment after the broker runs.
  await waitFor(posted, { ...LIMITS, what: `the event ${id} stored` });
}

async function said(running: Running, what: string): Promise<Readonly<Record<string, unknown>>> {
  const find = () => running.log().find(({ msg }) => String(msg).includes(what));
  await waitFor(() => find() !== undefined, { ...LIMITS, what: `"${what}" in the log` });
  return find() ?? {};
}

describe('viaduct run', () => {
  it('answers over TCP and over the socket of its data folder, and leaves none behind', async () => {
    const port = await freePort();
    const running = await run(`{ listen: "127.0.0.1:${port}" }`);
    expect(await said(running, 'admin API')).toMatchObject({ url: `http://127.0.0.1:${port}/` });
    await said(running, 'running');
    const ready = await fetch(`http://127.0.0.1:${port}/readyz`);
    expect([ready.status, await ready.json()]).toEqual([
      200,
      { status: 'ready', parts: { journal: 'open', engine: 'running' } },
    ]);
    const connection = await openConnection(join(folder, 'data'));
    expect(await connection?.json({ path: '/api/v1/status' })).toMatchObject({ state: 'running' });
    running.child.kill('SIGTERM');
    expect((await running.ended).code).toBe(0);
    await expect(stat(join(folder, 'data/admin.sock'))).rejects.toThrow('ENOENT');
  });

  it('tells a browser that comes back after a restart what it missed, once it has signed in', async () => {
    const port = await freePort();
    const tokens = 'tokens: [{ name: me, role: operator, token: "${TOKEN}" }]';
    const admin = `{ listen: "127.0.0.1:${port}", ${tokens} }`;
    const url = `http://127.0.0.1:${port}/api/v1`;
    const signIn = async () => {
      const { headers } = await fetch(`${url}/session`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ token: 'a-token-of-24-characters' }),
      });
      return { cookie: headers.getSetCookie()[0]?.split(';')[0] ?? '' };
    };
    const first = await run(admin);
    await said(first, 'running');
    const before = await signIn();
    for (const id of ['a', 'b']) await post(id);
    first.child.kill('SIGKILL');
    await first.ended;
    await said(await run(admin), 'running');
    const resumed = { 'last-event-id': '1' };
    const refused = await fetch(`${url}/events/live`, { headers: { ...before, ...resumed } });
    expect([refused.status, await refused.json()]).toMatchObject([
      401,
      { message: 'your session has ended: sign in again' },
    ]);
    const headers = { ...(await signIn()), ...resumed };
    const { body } = await fetch(`${url}/events/live`, { headers });
    const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    while (!text.includes('\nid: ')) text += (await reader?.read())?.value ?? '';
    await reader?.cancel();
    expect(text.match(/^id: .*$/gm)).toEqual(['id: 2']);
  });

  it('does not start on the journal of a newer version, and says what to do', async () => {
    const first = await run('{ listen: none }');
    await said(first, 'running');
    first.child.kill('SIGTERM');
    await first.ended;
    const state = new DatabaseSync(join(folder, 'data/state.db'));
    state.exec('PRAGMA user_version = 999');
    state.close();
    const second = await run('{ listen: none }');
    expect((await second.ended).code).toBe(4);
    expect(second.log().at(-1)).toMatchObject({
      level: 'error',
      code: 'VIA_JOURNAL_SCHEMA_NEWER',
      msg: expect.stringContaining('newer'),
    });
  });

  it('takes the socket over from a process that was killed', async () => {
    const first = await run('{ listen: none }');
    await said(first, 'running');
    first.child.kill('SIGKILL');
    await first.ended;
    expect((await stat(join(folder, 'data/admin.sock'))).isSocket()).toBe(true);
    const second = await run('{ listen: none }');
    await said(second, 'running');
    const connection = await openConnection(join(folder, 'data'));
    const { broker } = (await connection?.json({ path: '/api/v1/status' })) as {
      broker: { pid: number };
    };
    expect(broker.pid).toBe(second.child.pid);
  });

  it('does not start on a port that it was told and that is taken', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { readonly port: number };
    const running = await run(`{ listen: "127.0.0.1:${port}" }`);
    expect((await running.ended).code).toBe(4);
    server.close();
    const last = running.log().at(-1);
    expect(last).toMatchObject({ level: 'error', code: 'VIA_ADMIN_PORT_IN_USE' });
    expect(String(last?.msg)).toContain(`127.0.0.1:${port}`);
  });

  it('does not start beyond loopback without a token, and does with one', async () => {
    const port = await freePort();
    const open = await run(`{ listen: "0.0.0.0:${port}" }`);
    const { code, stderr } = await open.ended;
    expect(code).toBe(2);
    expect(stderr).toMatch(/broker\.admin\.listen: .*tokens: .*VIA_ADMIN_UNPROTECTED/);
    const tokens = 'tokens: [{ name: me, role: operator, token: "${TOKEN}" }]';
    const guarded = await run(`{ listen: "0.0.0.0:${port}", ${tokens} }`);
    await said(guarded, 'running');
    const url = `http://127.0.0.1:${port}/api/v1/status`;
    expect((await fetch(url)).status).toBe(401);
    const headers = { authorization: 'Bearer a-token-of-24-characters' };
    expect((await fetch(url, { headers })).status).toBe(200);
    expect(guarded.stderr()).not.toContain('a-token-of-24');
  });

  it('runs without a socket where its path is too long, and says so', async () => {
    const deep = join(folder, 'x'.repeat(60), 'y'.repeat(60));
    await mkdir(deep, { recursive: true });
    const running = await run('{ listen: none }', join(deep, 'data'));
    expect(await said(running, 'no admin socket')).toMatchObject({ code: 'VIA_ADMIN_LISTEN' });
    await said(running, 'running');
    expect(await openConnection(join(deep, 'data'))).toBeUndefined();
  });

  it('keeps the audit log in its data folder, for its owner alone', async () => {
    const running = await run('{ listen: none }');
    await said(running, 'running');
    const connection = await openConnection(join(folder, 'data'));
    await connection?.json({ method: 'POST', path: '/api/v1/sinks/out/pause' });
    running.child.kill('SIGTERM');
    expect((await running.ended).code).toBe(0);
    const file = join(folder, 'data/audit.jsonl');
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({
      who: 'local',
      from: 'socket',
      what: 'POST /api/v1/sinks/out/pause',
      status: 200,
    });
    expect((await stat(file)).mode & 0o077).toBe(0);
  });
});
