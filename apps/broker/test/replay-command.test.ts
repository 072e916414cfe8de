import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import type { CanonicalEvent } from '@viaduct/core';
import { openJournalReader } from '@viaduct/journal/sqlite';
import { waitFor } from '@viaduct/testkit';
import type { Progress, ReplayPlan, ReplayResult } from '../src/operations/operations.ts';
import { openWebScene, stateOf, type Receiver, type WebBroker } from './web-broker.ts';

const TEST_MS = 120_000;
const WAIT_MS = 40_000;

let nms: Receiver;
let archive: Receiver;
let broker: WebBroker;

beforeEach(async () => {
  const scene = await openWebScene();
  ({ nms, archive, broker } = scene);
  return scene.close;
});

const stepsOf = (stdout: string): readonly Progress<ReplayPlan>[] =>
  stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Progress<ReplayPlan>);

/** Runs a replay without a question; its plan and its result. */
async function replay(
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

async function delivered(count: number): Promise<void> {
  const what = `${String(count)} deliveries each`;
  const isDone = (): boolean => nms.taken.length === count && archive.taken.length === count;
  await waitFor(isDone, { what, timeoutMs: WAIT_MS });
}

describe('viaduct replay', () => {
  it(
    'sends what is current again to the sink asked for, marked, and twice the same command once',
    async () => {
      const [old, now, other] = [
        stateOf('1', 'running', randomUUID()),
        stateOf('1', 'failed', randomUUID()),
        stateOf('2', 'running', randomUUID()),
      ];
      await broker.start();
      await broker.post(old, now, other);
      await delivered(3);

      const dry = await replay('--from', '1h', '--sink', 'nms', '--dry-run');
      expect(dry.plan).toMatchObject({ events: 2, deliveries: 2, bySink: { nms: 2 }, scanned: 3 });
      expect(reasonsOf(dry.plan)).toEqual({ superseded: 1 });
      expect(dry.result).toMatchObject({ dryRun: true, events: 0 });

      const first = await replay('--from', '1h', '--sink', 'nms', '--yes');
      expect(first.result).toMatchObject({ events: 2, deliveries: 2 });
      await waitFor(() => nms.taken.length === 5, { timeoutMs: WAIT_MS });
      // What is about two machines may arrive in any order.
      expect(idsOf(nms.taken.slice(3)).toSorted()).toEqual([now.id, other.id].toSorted());
      expect(nms.taken.slice(3).map(({ replayed }) => replayed)).toEqual(['true', 'true']);

      const again = await replay('--from', '59m', '--sink', 'nms', '--yes');
      expect(again.result).toMatchObject({ events: 0, deliveries: 0 });
      expect(reasonsOf(again.plan)).toEqual({ superseded: 1, replayed: 2, copy: 2 });
      const all = await replay('--from', '1h', '--sink', 'nms', '--all-states', '--yes');
      expect(all.result).toMatchObject({ events: 1 });
      await waitFor(() => nms.taken.length === 6, { timeoutMs: WAIT_MS });
      expect(nms.taken.at(-1)?.id).toBe(old.id);

      // The broker is stopped: the same promise holds, and what is written goes out at its start.
      await broker.stop();
      const stopped = await replay('--from', '1h', '--sink', 'nms', '--yes');
      expect(stopped.result).toMatchObject({ events: 0 });
      const fresh = await replay('--from', '1h', '--match', 'subject=compute/2', '--yes');
      expect(fresh.result).toMatchObject({ events: 1, deliveries: 2 });
      await broker.start();
      await waitFor(() => archive.taken.length === 4 && nms.taken.length === 7, {
        timeoutMs: WAIT_MS,
      });
      expect(archive.taken.at(-1)).toMatchObject({ id: other.id, replayed: 'true' });
    },
    TEST_MS,
  );

  it(
    'sends to a new sink what the routes did not lead there, only by force',
    async () => {
      await broker.configure({ nms, archive }, ['nms']);
      const event = stateOf('1', 'running', randomUUID());
      await broker.start();
      await broker.post(event);
      await waitFor(() => nms.taken.length === 1, { timeoutMs: WAIT_MS });
      const led = await replay('--from', '1h', '--sink', 'archive', '--dry-run');
      expect(reasonsOf(led.plan)).toEqual({ unrouted: 1 });
      const forced = await replay('--from', '1h', '--sink', 'archive', '--force', '--yes');
      expect(forced.result).toMatchObject({ events: 1 });
      await waitFor(() => archive.taken.length === 1, { timeoutMs: WAIT_MS });
      expect(nms.taken).toHaveLength(1);
    },
    TEST_MS,
  );

  it(
    'does nothing unasked, and says what to change in a request that makes no sense',
    async () => {
      await broker.start();
      await broker.post(stateOf('1', 'running', randomUUID()));
      await delivered(1);
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
    },
    TEST_MS,
  );

  it(
    'ends when it is interrupted, says so, and goes on when it is given again',
    async () => {
      const count = 60;
      await broker.start();
      for (let vm = 0; vm < count; vm += 1) {
        await broker.post(stateOf(String(vm), 'running', randomUUID()));
      }
      await delivered(count);
      const args = ['--from', '1h', '--sink', 'nms', '--yes', '--rate', '40'] as const;
      const under = broker.begin('replay', ...args);
      await waitFor(() => nms.taken.length > count + 10, { timeoutMs: WAIT_MS });
      under.child.kill('SIGINT');
      const cut = await under.ended;
      expect([cut.code, cut.stderr]).toEqual([
        130,
        'Stopped. What was written stays written. The same command goes on from here.\n',
      ]);
      const rest = await replay(...args);
      expect(rest.result.events).toBeGreaterThan(0);
      expect(rest.result.events).toBeLessThan(count - 10);
      await waitFor(() => nms.taken.length === 2 * count, { timeoutMs: WAIT_MS });
      expect(new Set(idsOf(nms.taken.slice(count))).size).toBe(count);
    },
    TEST_MS,
  );

  it(
    'goes on where it was when the broker dies in the middle, and sends each event once',
    async () => {
      const count = 60;
      const events = Array.from({ length: count }, (_, index) =>
        stateOf(String(index), 'running', randomUUID()),
      );
      await broker.start();
      await broker.post(...events);
      await delivered(count);

      const args = ['replay', '--from', '1h', '--sink', 'nms', '--yes', '--rate', '40'] as const;
      const under = broker.begin(...args, '--json');
      await waitFor(() => nms.taken.length > count + 10, { timeoutMs: WAIT_MS });
      await broker.stop('SIGKILL');
      const cut = await under.ended;
      expect(cut.code).toBe(4);

      await broker.start();
      const rest = await replay(...args.slice(1));
      expect(rest.result.events).toBeGreaterThan(0);
      expect(rest.result.events).toBeLessThan(count);
      await waitFor(() => new Set(idsOf(nms.taken.slice(count))).size === count, {
        what: 'all arrived again',
        timeoutMs: WAIT_MS,
      });
      await broker.stop();
      // In the journal there is exactly one copy of each: only what was under way can go out twice.
      const reader = await openJournalReader(`${broker.folder}/data`);
      const entries = await reader.read(undefined, 1_000);
      await reader.close();
      const copies = entries.filter(({ replay: mark }) => mark !== undefined);
      expect(copies.map(({ event }) => event.id).sort()).toEqual([...idsOf(events)].sort());
    },
    TEST_MS,
  );
});

describe('viaduct alarms resend', () => {
  it(
    'sends the events that raised active alarms again, each time anew',
    async () => {
      const failed = stateOf('1', 'failed', randomUUID());
      await broker.start();
      await broker.post(
        failed,
        stateOf('2', 'failed', randomUUID()),
        stateOf('3', 'running', randomUUID()),
      );
      await broker.post(stateOf('2', 'running', randomUUID()));
      await delivered(4);
      const listed = await broker.run('alarms', '--json');
      const alarms = listed.stdout.trim().split('\n');
      expect(alarms).toHaveLength(1);
      for (const round of [1, 2]) {
        const ended = await broker.run('alarms', 'resend', '--sink', 'nms', '--yes');
        expect([ended.code, ended.stderr]).toEqual([0, '']);
        await waitFor(() => nms.taken.length === 4 + round, { timeoutMs: WAIT_MS });
        expect(nms.taken.at(-1)).toMatchObject({ id: failed.id, replayed: 'true' });
      }
      expect(archive.taken).toHaveLength(4);
      // What was sent again is no news: the alarm is the one it was.
      expect((await broker.run('alarms', '--json')).stdout).toBe(listed.stdout);
      await broker.stop();
      const dry = await broker.run('alarms', 'resend', '--dry-run');
      expect(dry.stdout).toContain('1 event to send, 2 deliveries');
    },
    TEST_MS,
  );
});
