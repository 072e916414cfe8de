import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SILENT, type Alarm, type Clock, type State } from '@viaduct/core';
import type { Journal } from '@viaduct/journal';
import { openJournal, openJournalReader } from '@viaduct/journal/sqlite';
import { fakeClock, seededRandom, systemClock, waitFor } from '@viaduct/testkit';
import {
  alarmTracker,
  createEngine,
  listActiveAlarms,
  type ActiveAlarm,
  type AlarmOptions,
  type Engine,
} from '../src/index.ts';
import { noteCodec } from './dialect.ts';
import { BROKER_ID, routerOf, stagedSink, stagedSource, type StagedSource } from './stage.ts';

/** Flaps at the third change; so long is no slow machine quiet by accident. */
const OPTIONS: AlarmOptions = { flapChangesMax: 2, flapWindowMs: 600_000, flapQuietMs: 120_000 };
const KEY = 'in/compute/vm-1/state';

let folder = '';
let seq = 0;
const opened: Running[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'viaduct-alarms-'));
});
afterEach(async () => {
  for (const running of opened.splice(0)) await running.stop();
  await rm(folder, { recursive: true });
});

interface Running {
  readonly engine: Engine;
  readonly journal: Journal;
  readonly source: StagedSource;
  /** Delivers and waits until it is durable. */
  deliver(...states: readonly State[]): Promise<void>;
  stop(): Promise<void>;
}

async function start(at = folder, clock: Clock = systemClock): Promise<Running> {
  const journal = await openJournal({ clock: systemClock, folder: join(at, 'data') });
  const source = stagedSource();
  const capabilities = {
    redelivery: 'requeue',
    confirmation: 'peer',
    ordering: 'per-connection',
  } as const;
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
        adapter: { codec: noteCodec('note'), trackers: [alarmTracker(OPTIONS)] },
        source,
        capabilities,
      },
    ],
    sinks: [
      {
        name: 'out',
        adapter: { codec: noteCodec('sent') },
        sink: stagedSink(),
        capabilities: { ...capabilities, batchMax: 20, concurrencyMax: 1 },
      },
    ],
  });
  await engine.start();
  const running: Running = {
    engine,
    journal,
    source,
    deliver: async (...states) => {
      for (const state of states) {
        seq += 1;
        source.deliver({ id: `n${seq}`, key: 'vm-1', seq, state });
      }
      const last = `n${seq}`;
      await waitFor(() => source.acked.includes(last), { what: 'all are acknowledged' });
    },
    stop: async () => {
      await engine.stop({ deadlineMs: 10_000 });
      await journal.close();
    },
  };
  opened.push(running);
  return running;
}

async function alarms({ journal }: Running): Promise<readonly (Alarm | undefined)[]> {
  const entries = await journal.read(undefined, 100);
  return entries.map(({ event }) => event.data.alarm);
}

/** Those of a data folder, seen from beside its owner. */
async function active(at = folder): Promise<readonly ActiveAlarm[]> {
  const reader = await openJournalReader(join(at, 'data'));
  const list = await listActiveAlarms(reader, (error) => {
    throw error;
  });
  await reader.close();
  return list;
}

describe('alarms in an engine on the embedded journal', () => {
  it('raises, lists, and after a clean restart clears under the same key', async () => {
    const first = await start();
    await first.deliver('running', 'failed');
    const raised = { key: KEY, state: 'raised', severity: 'major', cause: 'failed' };
    expect(await alarms(first)).toEqual([undefined, raised]);
    const [entry] = await first.journal.read(1 as never, 1);
    const listed = {
      ...{ key: KEY, source: 'in', severity: 'major', cause: 'failed' },
      ...{ since: entry?.event.receivedtime, subject: 'compute/vm-1' },
    };
    expect(await active()).toEqual([listed]);
    await first.stop();
    expect(await active()).toEqual([listed]);

    const second = await start();
    expect(await active()).toEqual([listed]);
    await second.deliver('running');
    expect((await alarms(second)).at(-1)).toEqual({
      ...{ key: KEY, state: 'cleared', severity: 'cleared' },
    });
    expect(await active()).toEqual([]);
    await second.stop();
    expect(await active()).toEqual([]);
  });

  it('knows after a crash what it knew before, without a checkpoint', async () => {
    const first = await start();
    await first.deliver('failed', 'running', 'failed');
    const crashed = join(folder, 'crashed');
    await cp(join(folder, 'data'), join(crashed, 'data'), { recursive: true });
    const reader = await openJournalReader(join(crashed, 'data'));
    expect(await reader.checkpoints.names()).toEqual([]);
    await reader.close();
    expect(await active(crashed)).toMatchObject([{ key: KEY }]);

    const second = await start(crashed);
    await second.deliver('running');
    // It has flapped before the crash, so it is not cleared at once: the memory was folded again.
    expect((await alarms(second)).at(-1)).toBeUndefined();
    expect(await active(crashed)).toMatchObject([{ key: KEY }]);
  });

  it('clears a flapping alarm when it is quiet, also over a restart, and holds nothing', async () => {
    const clock = fakeClock();
    const first = await start(folder, clock);
    await first.deliver('failed', 'running', 'failed', 'running');
    expect(first.engine.status().sources[0]).toMatchObject({
      held: 0,
      counters: { notices: { flapping: 1 } },
    });
    expect((await alarms(first)).map((alarm) => alarm?.state)).toEqual([
      ...['raised', 'cleared', 'raised', undefined],
    ]);
    await first.stop();
    expect(await active()).toHaveLength(1);

    const second = await start(folder, clock);
    await clock.advance(OPTIONS.flapQuietMs);
    await waitFor(async () => (await alarms(second)).length === 5, { what: 'it is cleared' });
    const [before, last] = (await second.journal.read(undefined, 10)).slice(3);
    expect(last).toMatchObject({ source: 'in', targets: ['out'], event: { nativetype: 'note' } });
    expect(last?.event.data).toEqual({
      ...before?.event.data,
      alarm: { key: KEY, state: 'cleared', severity: 'cleared' },
    });
    expect(await active()).toEqual([]);
  });
});
