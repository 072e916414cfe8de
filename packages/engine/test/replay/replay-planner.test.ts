import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Position } from '@viaduct/journal';
import { ReplayPlanner, type PlannerOptions, type SkipReason } from '../../src/index.ts';
import { BROKER_ID } from '../stage.ts';
import { storedEntry, type EntrySketch } from './stored-entries.ts';

const ID = 'r-1';

const plannerFor = (options: Partial<PlannerOptions> = {}): ReplayPlanner =>
  new ReplayPlanner({
    id: ID,
    from: 0,
    to: 1e15,
    isWanted: () => true,
    targets: () => ['nms'],
    brokerId: BROKER_ID,
    allStates: false,
    ...options,
  });

const show = (planner: ReplayPlanner, ...sketches: readonly EntrySketch[]): ReplayPlanner => {
  for (const sketch of sketches) planner.take(storedEntry(sketch));
  return planner;
};

/** What would be sent, each as `position>sinks`. */
const sent = (planner: ReplayPlanner): readonly string[] =>
  planner.candidates.take(Infinity).map(({ position, targets }) => `${position}>${targets.join()}`);

const skipped = (planner: ReplayPlanner): Partial<Record<SkipReason, number>> =>
  Object.fromEntries(planner.figures([]).skipped.map(({ reason, count }) => [reason, count]));

const copy = (at: number, of: EntrySketch, more: Partial<EntrySketch> = {}): EntrySketch => ({
  ...of,
  at,
  replayed: true,
  replay: { id: ID, of: of.at as Position },
  targets: ['nms'],
  ...more,
});

describe('the plan of a replay', () => {
  it('takes what was stored within the range, and asks where it goes today', () => {
    const planner = plannerFor({
      from: 2_000,
      to: 4_000,
      targets: ({ subject }) => (subject === 'compute/a' ? ['nms', 'bus'] : []),
    });
    show(planner, { at: 1, vm: 'a' }, { at: 2, vm: 'a' }, { at: 3, vm: 'b' }, { at: 4, vm: 'a' });
    expect(planner.figures([])).toEqual({
      events: 1,
      deliveries: 2,
      bySink: { nms: 1, bus: 1 },
      byType: { 'io.viaduct.compute.reboot': 1 },
      skipped: [
        {
          reason: 'unrouted',
          count: 1,
          examples: ['compute/b at 1970-01-01T00:00:03.000Z (b-3)'],
        },
      ],
      warnings: [],
    });
    expect(planner.scanned).toBe(2);
    expect(sent(planner)).toEqual(['2>nms,bus']);
  });

  it('leaves out the state of a resource that has another by now, even after the range', () => {
    const planner = plannerFor({ to: 4_000 });
    show(
      planner,
      { at: 1, vm: 'a', state: 'pending' },
      { at: 2, vm: 'a', state: 'running' },
      { at: 3, vm: 'b', state: 'running' },
      { at: 9, vm: 'a', state: 'failed' },
    );
    expect(sent(planner)).toEqual(['3>nms']);
    expect(planner.figures([]).skipped).toEqual([
      {
        reason: 'superseded',
        count: 2,
        examples: [
          'compute/a pending at 1970-01-01T00:00:01.000Z (a-1), then running',
          'compute/a running at 1970-01-01T00:00:02.000Z (a-2), then failed',
        ],
      },
    ]);
  });

  it('keeps operations, which tell more than a state, and lets them supersede states', () => {
    const planner = show(
      plannerFor(),
      { at: 1, vm: 'a', state: 'pending' },
      { at: 2, vm: 'a', state: 'running', action: 'create' },
      { at: 3, vm: 'a', action: 'reboot' },
      { at: 4, vm: 'a', state: 'failed' },
    );
    expect(sent(planner)).toEqual(['2>nms', '3>nms', '4>nms']);
  });

  it('keeps every state when told to', () => {
    const planner = plannerFor({ allStates: true });
    show(planner, { at: 1, vm: 'a', state: 'pending' }, { at: 2, vm: 'a', state: 'running' });
    expect(sent(planner)).toEqual(['1>nms', '2>nms']);
  });

  it('does not take what another broker replayed for news', () => {
    const planner = plannerFor();
    const old = { at: 2, vm: 'a', state: 'pending', replayed: true } as const;
    show(planner, { at: 1, vm: 'a', state: 'running' }, old);
    expect(sent(planner)).toEqual(['1>nms', '2>nms']);
  });

  it('sends to nobody twice under one id, and to the others what they miss', () => {
    const [first, second] = [
      { at: 1, vm: 'a' },
      { at: 2, vm: 'b' },
    ];
    const planner = plannerFor({ targets: () => ['nms', 'bus'] });
    show(planner, first, second, copy(3, first), copy(4, second, { targets: ['bus', 'nms'] }));
    expect(skipped(planner)).toEqual({ replayed: 1, copy: 2 });
    expect(sent(planner)).toEqual(['1>bus']);
  });

  it('sends again under another id, but never a copy of a copy', () => {
    const first = { at: 1, vm: 'a' };
    const planner = show(plannerFor({ id: 'r-2' }), first, copy(2, first));
    expect(sent(planner)).toEqual(['1>nms']);
    expect(skipped(planner)).toEqual({ copy: 1 });
  });

  it('takes an event that came from a dead letter for what it is: sent once so far', () => {
    const replay = { id: 'letter-7', letter: 7 };
    const planner = show(plannerFor(), { at: 1, vm: 'a', replay });
    expect(sent(planner)).toEqual(['1>nms']);
  });

  it('does not send round again what has gone round', () => {
    const planner = show(
      plannerFor(),
      { at: 1, vm: 'a', trail: 'other' },
      { at: 2, vm: 'a', trail: `${BROKER_ID} other` },
    );
    expect(sent(planner)).toEqual(['1>nms']);
    expect(skipped(planner)).toEqual({ loop: 1 });
  });

  it('leaves out what today’s routes fail on', () => {
    const planner = show(plannerFor({ targets: () => undefined }), { at: 1, vm: 'a' });
    expect(skipped(planner)).toEqual({ 'route-failed': 1 });
  });

  it('takes back what becomes old news while it is carried out, and takes nothing new', () => {
    const planner = plannerFor();
    const [a, b, c] = ['a', 'b', 'c'].map((vm, index) => ({
      at: index + 1,
      vm,
      state: 'running' as const,
    }));
    show(planner, a as EntrySketch, b as EntrySketch, c as EntrySketch);
    planner.seal();
    expect(planner.candidates.take(1)).toHaveLength(1);
    show(planner, { at: 4, vm: 'a', state: 'failed' }, { at: 5, vm: 'b', state: 'failed' });
    expect(planner.outdated).toBe(1);
    expect(sent(planner)).toEqual(['3>nms']);
  });

  it('sends the last state of every resource, and with what was sent before exactly once', () => {
    const states = ['pending', 'running', 'failed', undefined] as const;
    const sketches = fc.array(
      fc.record({
        vm: fc.constantFrom('a', 'b', 'c'),
        state: fc.constantFrom(...states),
        done: fc.boolean(),
      }),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(sketches, (list) => {
        const entries = list.map(({ vm, state }, index): EntrySketch => {
          const sketch = { at: index + 1, vm };
          return state === undefined ? sketch : { ...sketch, state };
        });
        const copies = entries
          .filter((_, index) => list[index]?.done)
          .map((sketch, index) => copy(1_000 + index, sketch));
        const planner = show(plannerFor(), ...entries, ...copies);
        const expected = entries.filter(({ at, vm, state }) => {
          if (list[at - 1]?.done) return false;
          const isLast = !entries.some(
            (later) => later.at > at && later.vm === vm && later.state !== undefined,
          );
          return state === undefined || isLast;
        });
        expect(planner.figures([]).events).toBe(expected.length);
        expect(sent(planner)).toEqual(expected.map(({ at }) => `${at}>nms`));
      }),
    );
  });
});
