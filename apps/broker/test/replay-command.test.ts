import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { CanonicalEvent } from '@viaduct/core';
import { openJournalReader } from '@viaduct/journal/sqlite';
import { waitFor } from '@viaduct/testkit';
import type { Progress, ReplayPlan, ReplayResult } from '../src/operations/operations.ts';
import type { Running } from './viaduct-command.ts';
import { stateOf, type WebBroker } from './web-broker.ts';
import { ARRIVAL_MS, arrived, openWebScene, type WebScene } from './web-scene.ts';

const stepsOf = (stdout: string): readonly Progress<ReplayPlan>[] =>
  stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Progress<ReplayPlan>);

/** Runs a replay without a question; its plan and its result. */
async function replay(
  broker: WebBroker,
  ...args: readonly string[]
): Promise<{ readonly plan: ReplayPlan; readonly result: ReplayResult }> {
  const ended = await broker.run('replay', '--json', ...args);
  expect([ended.code, ended.stderr]).toEqual([0, '']);
  const steps = stepsOf(ended.stdout);
  const plan = steps.find((step) => step.kind === 'plan')?.plan;
  const result = steps.find((step) => step.kind === 'done')?.result;
  if (plan === undefined || result === undefined) throw new Error(`incomplete: ${ended.stdout}`);
  return { plan, result };
}

const idsOf = (events: readonly CanonicalEvent[]): readonly string[] => events.map(({ id }) => id);

const reasonsOf = ({ skipped }: ReplayPlan): Readonly<Record<string, number>> =>
  Object.fromEntries(skipped.map(({ reason, count }) => [reason, count]));

async function delivered({ nms, archive }: WebScene, count: number): Promise<void> {
  await arrived(nms, count);
  await arrived(archive, count);
}

/** How many events a replay has sent at least when a test puts an end to it. */
const FIRST = 10;

/**
 * A replay that has begun to send, and sends the rest so slowly that it is under way for half a
 * minute more: however late a test ends it, it is in the middle. Its rate is no part of what it is,
 * so the same command without one goes on from there.
 */
async function replaySlowly({ nms, broker }: WebScene, args: readonly string[]): Promise<Running> {
  const before = nms.taken.length;
  const under = broker.begin('replay', ...args, '--rate', '1');
  const hasBegun = (): boolean => nms.taken.length > before + FIRST;
  await waitFor(hasBegun, { what: 'the replay sends', timeoutMs: ARRIVAL_MS });
  return under;
}

describe('viaduct replay', () => {
  it('sends what is current again to the sink asked for, marked, and twice the same command once', async () => {
    const scene = await openWebScene();
    const { nms, archive, broker } = scene;
    const [old, now, other] = [
      stateOf('1', 'running', randomUUID()),
      stateOf('1', 'failed', randomUUID()),
      stateOf('2', 'running', randomUUID()),
    ];
    await broker.start();
    await broker.post(old, now, other);
    await delivered(scene, 3);

    const dry = await replay(broker, '--from', '1h', '--sink', 'nms', '--dry-run');
    expect(dry.plan).toMatchObject({ events: 2, deliveries: 2, bySink: { nms: 2 }, scanned: 3 });
    expect(reasonsOf(dry.plan)).toEqual({ superseded: 1 });
    expect(dry.result).toMatchObject({ dryRun: true, events: 0 });

    const first = await replay(broker, '--from', '1h', '--sink', 'nms', '--yes');
    expect(first.result).toMatchObject({ events: 2, deliveries: 2 });
    await arrived(nms, 5);
    // What is about two machines may arrive in any order.
    expect(idsOf(nms.taken.slice(3)).toSorted()).toEqual([now.id, other.id].toSorted());
    expect(nms.taken.slice(3).map(({ replayed }) => replayed)).toEqual(['true', 'true']);

    const again = await replay(broker, '--from', '59m', '--sink', 'nms', '--yes');
    expect(again.result).toMatchObject({ events: 0, deliveries: 0 });
    expect(reasonsOf(again.plan)).toEqual({ superseded: 1, replayed: 2, copy: 2 });
    const all = await replay(broker, '--from', '1h', '--sink', 'nms', '--all-states', '--yes');
    expect(all.result).toMatchObject({ events: 1 });
    await arrived(nms, 6);
    expect(nms.taken.at(-1)?.id).toBe(old.id);

    // The broker is stopped: the same promise holds, and what is written goes out at its start.
    await broker.stop();
    const stopped = await replay(broker, '--from', '1h', '--sink', 'nms', '--yes');
    expect(stopped.result).toMatchObject({ events: 0 });
    const fresh = await replay(broker, '--from', '1h', '--match', 'subject=compute/2', '--yes');
    expect(fresh.result).toMatchObject({ events: 1, deliveries: 2 });
    await broker.start();
    await arrived(archive, 4);
    await arrived(nms, 7);
    expect(archive.taken.at(-1)).toMatchObject({ id: other.id, replayed: 'true' });
  });

  it('sends to a new sink what the routes did not lead there, only by force', async () => {
    const { nms, archive, broker } = await openWebScene();
    await broker.configure({ nms, archive }, ['nms']);
    const event = stateOf('1', 'running', randomUUID());
    await broker.start();
    await broker.post(event);
    await arrived(nms, 1);
    const led = await replay(broker, '--from', '1h', '--sink', 'archive', '--dry-run');
    expect(reasonsOf(led.plan)).toEqual({ unrouted: 1 });
    const forced = await replay(broker, '--from', '1h', '--sink', 'archive', '--force', '--yes');
    expect(forced.result).toMatchObject({ events: 1 });
    await arrived(archive, 1);
    expect(nms.taken).toHaveLength(1);
  });

  it('does nothing unasked, and says what to change in a request that makes no sense', async () => {
    const scene = await openWebScene();
    const { nms, broker } = scene;
    await broker.start();
    await broker.post(stateOf('1', 'running', randomUUID()));
    await delivered(scene, 1);
    const unasked = await broker.run('replay', '--from', '1h');
    expect(unasked.code).toBe(2);
    expect(unasked.stdout).toContain('1 event to send, 2 deliveries');
    expect(unasked.stderr).toContain('--yes');
    for (const [args, message] of [
      [['--from', '1h', '--sink', 'nsm'], 'Did you mean "nms"?'],
      [['--from', '1h', '--match', 'knd=compute'], 'kind'],
      [['--from', 'noon'], 'is no time'],
      [['--from', '1h', '--to', '2h'], 'ends before it begins'],
      [['--from', '1h', '--force'], 'named sinks'],
    ] as const) {
      const ended = await broker.run('replay', '--yes', ...args);
      expect([args, ended.code]).toEqual([args, 2]);
      expect(ended.stderr).toContain(message);
    }
    expect(nms.taken).toHaveLength(1);
  });

  it('ends when it is interrupted, says so, and goes on when it is given again', async () => {
    const scene = await openWebScene();
    const { nms, broker } = scene;
    const count = 60;
    await broker.start();
    for (let vm = 0; vm < count; vm += 1) {
      await broker.post(stateOf(String(vm), 'running', randomUUID()));
    }
    await delivered(scene, count);
    const args = ['--from', '1h', '--sink', 'nms', '--yes'] as const;
    const under = await replaySlowly(scene, args);
    under.child.kill('SIGINT');
    const cut = await under.ended;
    expect([cut.code, cut.stderr]).toEqual([
      130,
      'Stopped. What was written stays written. The same command goes on from here.\n',
    ]);
    const rest = await replay(broker, ...args);
    expect(rest.result.events).toBeGreaterThan(0);
    expect(rest.result.events).toBeLessThan(count - FIRST);
    await arrived(nms, 2 * count);
    expect(new Set(idsOf(nms.taken.slice(count))).size).toBe(count);
  });

  it('goes on where it was when the broker dies in the middle, and sends each event once', async () => {
    const scene = await openWebScene();
    const { nms, broker } = scene;
    const count = 60;
    const events = Array.from({ length: count }, (_, index) =>
      stateOf(String(index), 'running', randomUUID()),
    );
    await broker.start();
    await broker.post(...events);
    await delivered(scene, count);

    const args = ['--from', '1h', '--sink', 'nms', '--yes'] as const;
    const under = await replaySlowly(scene, [...args, '--json']);
    await broker.stop('SIGKILL');
    const cut = await under.ended;
    expect(cut.code).toBe(4);

    await broker.start();
    const rest = await replay(broker, ...args);
    expect(rest.result.events).toBeGreaterThan(0);
    expect(rest.result.events).toBeLessThan(count);
    await waitFor(() => new Set(idsOf(nms.taken.slice(count))).size === count, {
      what: 'all arrived again',
      timeoutMs: ARRIVAL_MS,
    });
    await broker.stop();
    // In the journal there is exactly one copy of each: only what was under way can go out twice.
    const reader = await openJournalReader(`${broker.folder}/data`);
    const entries = await reader.read(undefined, 1_000);
    await reader.close();
    const copies = entries.filter(({ replay: mark }) => mark !== undefined);
    expect(copies.map(({ event }) => event.id).sort()).toEqual([...idsOf(events)].sort());
  });
});

describe('viaduct alarms resend', () => {
  it('sends the events that raised active alarms again, each time anew', async () => {
    const scene = await openWebScene();
    const { nms, archive, broker } = scene;
    const failed = stateOf('1', 'failed', randomUUID());
    await broker.start();
    await broker.post(
      failed,
      stateOf('2', 'failed', randomUUID()),
      stateOf('3', 'running', randomUUID()),
    );
    await broker.post(stateOf('2', 'running', randomUUID()));
    await delivered(scene, 4);
    const listed = await broker.run('alarms', '--json');
    const alarms = listed.stdout.trim().split('\n');
    expect(alarms).toHaveLength(1);
    for (const round of [1, 2]) {
      const ended = await broker.run('alarms', 'resend', '--sink', 'nms', '--yes');
      expect([ended.code, ended.stderr]).toEqual([0, '']);
      await arrived(nms, 4 + round);
      expect(nms.taken.at(-1)).toMatchObject({ id: failed.id, replayed: 'true' });
    }
    expect(archive.taken).toHaveLength(4);
    // What was sent again is no news: the alarm is the one it was.
    expect((await broker.run('alarms', '--json')).stdout).toBe(listed.stdout);
    await broker.stop();
    const dry = await broker.run('alarms', 'resend', '--dry-run');
    expect(dry.stdout).toContain('1 event to send, 2 deliveries');
  });
});
