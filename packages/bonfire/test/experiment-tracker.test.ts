import type { Decoded, JsonValue, Observed } from '@viaduct/core';
import { describe, expect, test } from 'vitest';

import { bonfireTrackers, type BonfireMessage } from '../src/codec.ts';
import { decoded, golden } from './messages.ts';

const NOW = 1_000_000;

/** The trackers with their memories, as the engine runs them. */
function startTrackers(): (observed: Observed) => Observed {
  const memories = new Map<string, JsonValue>();
  return (observed) => {
    let passed = observed;
    for (const tracker of bonfireTrackers) {
      const key = tracker.keyOf(passed);
      if (key === undefined) continue;
      const name = `${tracker.name}/${key}`;
      const step = tracker.step(memories.get(name), passed, NOW);
      if (step.memory === undefined) memories.delete(name);
      else memories.set(name, JSON.parse(JSON.stringify(step.memory)) as JsonValue);
      expect(step.events).toHaveLength(1);
      passed = step.events[0] as Observed;
    }
    return passed;
  };
}

const observed = ({ event, facts }: Decoded): Observed =>
  facts === undefined ? { event } : { event, facts };

const experimentOf = ({ event }: Observed): string | undefined => event.data.resource.parent?.id;

const on = (routingKey: string, body: Record<string, unknown>): BonfireMessage => ({
  exchange: 'experiments',
  routingKey,
  body: JSON.stringify(body),
});

describe('an object', () => {
  const update = observed(decoded(golden('reconstructed-mmq-compute-update-host')));
  const deletion = observed(decoded(golden('reconstructed-mmq-compute-delete')));

  test('keeps the experiment that its create or update named', () => {
    const track = startTrackers();
    expect(track(update)).toBe(update);
    const tracked = track(deletion);
    expect(tracked.event.data.resource.parent).toEqual({
      kind: 'experiment',
      type: 'experiment',
      id: '2946',
    });
    expect(tracked.event).toMatchObject({ id: deletion.event.id, subject: deletion.event.subject });
  });

  test('is in none where nobody said so', () => {
    const track = startTrackers();
    expect(track(deletion)).toBe(deletion);
  });

  test('of another site is another object', () => {
    const track = startTrackers();
    track(observed(decoded(golden('derived-mmq-compute-create-aggregator'))));
    const body = {
      objectType: 'compute',
      eventType: 'delete',
      objectId: '/locations/de-hlrs/computes/456',
    };
    const other = observed(
      decoded({ routingKey: 'res-mng.compute.delete', body: JSON.stringify(body) }),
    );
    expect(experimentOf(track(other))).toBeUndefined();
  });

  test('moves with what was said last', () => {
    const track = startTrackers();
    track(update);
    const resource = {
      ...update.event.data.resource,
      parent: { kind: 'experiment', id: '7' } as const,
    };
    track({ ...update, event: { ...update.event, data: { ...update.event.data, resource } } });
    expect(experimentOf(track(deletion))).toBe('7');
  });
});

describe('a routing key', () => {
  const key = '3fdff0c64c51135f4e5e';
  const experiment = { type: 'experiment', status: 'running', path: '/experiments/3032' };
  const compute = { type: 'compute', status: 'running', path: '/locations/uk-epcc/computes/583' };
  const note = { Timestamp: 1, From: 'Scheduler', Message: 'done' };

  test('tells the experiment of simple and of users’ messages', () => {
    const track = startTrackers();
    const before = track(observed(decoded(on(key, note))));
    const [, ...after] = [experiment, compute, note].map((body) =>
      track(observed(decoded(on(key, body)))),
    );
    expect(experimentOf(before)).toBeUndefined();
    expect(after.map(experimentOf)).toEqual(['3032', '3032']);
  });

  test('is not mixed up with another', () => {
    const track = startTrackers();
    track(observed(decoded(on(key, experiment))));
    expect(
      experimentOf(track(observed(decoded(on('e457a3dba41ff3dcaf7f', note))))),
    ).toBeUndefined();
  });

  test('of the platform’s exchange stands for no experiment', () => {
    const { facts } = decoded(golden('derived-mmq-experiment-create'));
    expect(facts).not.toHaveProperty('key');
  });

  test('teaches about the object, which then is known without the key', () => {
    const track = startTrackers();
    for (const body of [experiment, compute]) track(observed(decoded(on(key, body))));
    const body = { objectType: 'compute', eventType: 'state.stopped.done', objectId: compute.path };
    const later = track(observed(decoded({ body: JSON.stringify(body) })));
    expect(experimentOf(later)).toBe('3032');
  });
});

test('what was stored folds into the same memories again', () => {
  const messages = ['derived-mmq-compute-create-aggregator', 'hand-compute-stopped-done'];
  const first = startTrackers();
  const stored = messages.map((name) => first(observed(decoded(golden(name)))));
  const again = startTrackers();
  for (const one of stored) again(one);
  const body = {
    ...JSON.parse(golden('hand-compute-stopped-done').body as string),
    eventType: 'delete',
  };
  expect(experimentOf(again(observed(decoded({ body: JSON.stringify(body) }))))).toBe('2946');
});

test('memories are bounded', () => {
  for (const tracker of bonfireTrackers) {
    expect(tracker.keysMax).toBeLessThanOrEqual(50_000);
    expect(tracker.ageMaxMs).toBeGreaterThan(0);
  }
});
