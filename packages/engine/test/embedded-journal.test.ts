import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DELIVERED, SILENT, type Outcome } from '@viaduct/core';
import type { Journal } from '@viaduct/journal';
import { openJournal } from '@viaduct/journal/sqlite';
import { seededRandom, systemClock, waitFor } from '@viaduct/testkit';
import { createEngine, type Engine } from '../src/index.ts';
import { noteCodec, type Note } from './dialect.ts';
import { BROKER_ID, routerOf, stagedSink, stagedSource, type StagedSink } from './stage.ts';

const EVENTS = 3_000;
const KEYS = 50;

describe('an engine on the embedded journal', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'viaduct-engine-'));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  it('delivers all it was given, in the order of each key, over refusals, losses and a restart', async () => {
    const random = seededRandom(7);
    const notes: readonly Note[] = Array.from({ length: EVENTS }, (_, seq) => ({
      id: `n${seq}`,
      key: `vm-${seq % KEYS}`,
      seq,
      ...(random() < 0.02 ? { refusals: 1 } : {}),
    }));
    const arrived = new Map<string, number>();
    const violations: string[] = [];
    const last = new Map<string, number>();
    const sink = (): StagedSink => {
      const made = stagedSink();
      made.answer = (sent): readonly Outcome[] =>
        sent.map(({ note, key, seq, attempt, refusals }) => {
          if (random() < 0.002) {
            return { kind: 'unavailable', code: 'VIA_TEST_GONE', message: 'gone' };
          }
          if (attempt <= refusals) return { kind: 'refused', code: 'VIA_TEST_NO', message: 'no' };
          if (!arrived.has(note) && seq < (last.get(key) ?? -1)) violations.push(`${key} ${seq}`);
          arrived.set(note, (arrived.get(note) ?? 0) + 1);
          last.set(key, Math.max(seq, last.get(key) ?? -1));
          return DELIVERED;
        });
      return made;
    };

    const source = stagedSource();
    const first = await start(folder, source, sink());
    for (let from = 0; from < EVENTS; from += 100) source.deliver(...notes.slice(from, from + 100));
    await waitFor(() => source.acked.length === EVENTS, { what: 'all are acknowledged' });
    await first.stop();

    const second = await start(folder, stagedSource(), sink());
    await waitFor(() => arrived.size === EVENTS, { what: 'all have arrived' });
    await waitFor(() => second.engine.status().sinks[0]?.lag?.pending === 0);
    await second.stop();
    expect(violations).toEqual([]);
    expect([...arrived.values()].filter((times) => times > 1)).toEqual([]);
  });
});

interface Running {
  readonly engine: Engine;
  readonly journal: Journal;
  stop(): Promise<void>;
}

async function start(
  folder: string,
  source: ReturnType<typeof stagedSource>,
  sink: StagedSink,
): Promise<Running> {
  const clock = systemClock;
  const journal = await openJournal({ clock, folder });
  const engine = createEngine({
    clock,
    random: seededRandom(8),
    brokerId: BROKER_ID,
    logger: SILENT,
    journal,
    router: routerOf([{ name: 'all', to: ['out'] }]),
    sources: [
      {
        name: 'in',
        adapter: { codec: noteCodec('note') },
        source,
        capabilities: { redelivery: 'requeue', confirmation: 'peer', ordering: 'per-connection' },
      },
    ],
    sinks: [
      {
        name: 'out',
        adapter: { codec: noteCodec('sent') },
        sink,
        capabilities: {
          confirmation: 'peer',
          ordering: 'per-connection',
          batchMax: 20,
          concurrencyMax: 3,
        },
        backoff: { initialMs: 10, maxMs: 50, factor: 2 },
        retryBackoff: { initialMs: 20, maxMs: 50, factor: 2 },
      },
    ],
  });
  await engine.start();
  return {
    engine,
    journal,
    stop: async () => {
      await engine.stop({ deadlineMs: 10_000 });
      await journal.close();
    },
  };
}
