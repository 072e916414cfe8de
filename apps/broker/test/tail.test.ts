/** Following a broker live: over its socket, over the network, through a restart. */
import { randomUUID } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { waitFor } from '@viaduct/testkit';
import { viaduct } from './viaduct-command.ts';
import { stateOf } from './web-broker.ts';
import { openWebScene } from './web-scene.ts';

const TEST_MS = 180_000;
const WAIT_MS = 60_000;

describe('viaduct tail', { timeout: TEST_MS }, () => {
  it('shows what was stored and what comes, and goes on when the broker restarts', async () => {
    const { broker } = await openWebScene();
    await broker.start();
    await broker.post(stateOf('1', 'failed', randomUUID()));
    const tail = broker.begin('tail', '--since', '1h', '--max', '3');
    const rows = (): number => tail.stdout().split('\n').length - 1;
    await waitFor(() => rows() === 1, { what: 'what was stored', timeoutMs: WAIT_MS });
    await broker.post(stateOf('2', 'running', randomUUID()));
    await waitFor(() => rows() === 2, { what: 'what comes', timeoutMs: WAIT_MS });
    await broker.stop();
    await waitFor(() => tail.stderr().includes('has gone'), {
      what: 'it says so',
      timeoutMs: WAIT_MS,
    });
    await broker.start();
    await broker.post(stateOf('3', 'paused', randomUUID()));
    const { code, stdout, stderr } = await tail.ended;
    expect(code).toBe(0);
    expect(stderr).toBe('The broker has gone; waiting for it …\nThe broker is there again.\n');
    expect(stdout.split('\n').map((line) => line.split(/ {2,}/).slice(1, 4))).toEqual([
      ['web', 'compute/1', 'failed'],
      ['web', 'compute/2', 'running'],
      ['web', 'compute/3', 'paused'],
      [],
    ]);
  });

  it('goes on where the broker comes back with an empty data folder, and says so', async () => {
    const { broker } = await openWebScene();
    await broker.start();
    for (const vm of ['1', '2']) await broker.post(stateOf(vm, 'failed', randomUUID()));
    const tail = broker.begin('tail', '--since', '1h', '--max', '3', '-o', 'id');
    const rows = (): number => tail.stdout().split('\n').length - 1;
    await waitFor(() => rows() === 2, { what: 'what was stored', timeoutMs: WAIT_MS });
    await broker.stop();
    await rm(join(broker.folder, 'data'), { recursive: true });
    await broker.start();
    await waitFor(() => tail.stderr().includes('another data folder'), { timeoutMs: WAIT_MS });
    const id = randomUUID();
    await broker.post(stateOf('3', 'paused', id));
    const { code, stdout } = await tail.ended;
    expect(code).toBe(0);
    expect(stdout.trimEnd().split('\n')[2]).toBe(id);
  });

  it('filters, prints JSON, and reads a broker elsewhere by its address', async () => {
    const { broker } = await openWebScene();
    await broker.start();
    await broker.post(
      stateOf('1', 'failed', randomUUID()),
      stateOf('2', 'running', randomUUID()),
      stateOf('12', 'failed', randomUUID()),
    );
    const text = await readFile(join(broker.folder, 'viaduct.yaml'), 'utf8');
    const [, port = ''] = /admin: \{ listen: 127\.0\.0\.1:(\d+)/.exec(text) ?? [];
    const env = { VIADUCT_URL: `http://127.0.0.1:${port}` };
    const filter = ['--since', '1h', '--subject', 'compute/1*', '--max', '2', '--json'];
    const tail = await viaduct(['tail', ...filter], { env });
    expect([tail.code, tail.stderr]).toEqual([0, '']);
    const lines = tail.stdout.trimEnd().split('\n');
    const found = lines.map((line) => JSON.parse(line) as { event: { subject: string } });
    expect(found.map(({ event }) => event.subject)).toEqual(['compute/1', 'compute/12']);
    const status = await viaduct(['status'], { env });
    expect([status.code, status.stderr]).toEqual([0, '']);
    expect(status.stdout).toMatch(/SOURCE +ADAPTER +STATE/);
    expect(status.stdout).toMatch(/nms +cloudevents\.http +connected/);
    const events = await viaduct(['events', '--url', env.VIADUCT_URL, '--json']);
    expect(events.stdout.trimEnd().split('\n')).toHaveLength(3);
  });

  it('says what to do where no broker runs, or where nothing answers', async () => {
    const { nms, broker } = await openWebScene();
    const here = await broker.run('tail');
    expect([here.code, here.stdout]).toEqual([4, '']);
    expect(here.stderr).toMatch(/no broker runs on .*viaduct run/);
    const there = await viaduct(['status', '--url', 'http://127.0.0.1:9']);
    expect([there.code, there.stdout]).toEqual([4, '']);
    expect(there.stderr).toContain('ECONNREFUSED');
    nms.status = 404;
    const stranger = await viaduct(['events', '--url', nms.url]);
    expect([stranger.code, stranger.stdout]).toEqual([4, '']);
    expect(stranger.stderr).toContain('what answers there is no broker');
    const nonsense = await viaduct(['status', '--url', 'broker:8080']);
    expect([nonsense.code, nonsense.stdout]).toEqual([2, '']);
  });
});
