/** Everything that outlives a broker: clock, chance, peers, the journal's disk. */
import { SILENT, type JsonValue } from '@viaduct/core';
import { JournalError, type Journal, type Position, type Subscription } from '@viaduct/journal';
import { memoryJournal, type MemoryJournal } from '@viaduct/journal/memory';
import { compileRoutes, type Route, type Router } from '@viaduct/routing';
import { fakeClock, seededRandom, type FakeClock } from '@viaduct/testkit';
import { createEngine, type Engine } from '../../src/index.ts';
import { noteCodec } from '../dialect.ts';
import { holdTracker } from '../hold-tracker.ts';
import { beginLife, type Life } from './life.ts';
import { SinkPeer } from './sink-peer.ts';
import { SourcePeer } from './source-peer.ts';

/** The id of the simulated broker. */
export const SIMULATED_BROKER = 'b0000000-0000-4000-8000-000000000001';

/** Where which notes go; the verdict knows it by heart, too. */
export const ROUTES: readonly Route[] = [
  { name: 'all to the first', to: ['first'] },
  { name: 'alarms to the second', match: { nativetype: ['alarm', 'alert*'] }, to: ['second'] },
  {
    name: 'the queue to the third',
    from: ['queue'],
    match: { nativetype: { not: 'alarm' } },
    to: ['third'],
  },
];

/** Bound of claimed events of every simulated sink. */
export const CLAIM_MAX = 12;

/** Attempts of every simulated sink. */
export const ATTEMPTS_MAX = 4;

/** A deadline that a clean stop needs at most, with a full journal in the middle of it. */
const ENOUGH_MS = 5_000;

/** One simulated world, made from a seed alone. */
export class World {
  readonly seed: number;
  readonly random: () => number;
  readonly clock: FakeClock;
  readonly sources: readonly SourcePeer[];
  readonly sinks: readonly SinkPeer[];
  readonly router: Router;
  readonly problems: string[] = [];
  journal: MemoryJournal;
  engine: Engine | undefined;
  life: (Life & { kill(): void }) | undefined;
  crashes = 0;
  stops = 0;
  crashChance = 0;

  constructor(seed: number) {
    this.seed = seed;
    this.random = seededRandom(seed);
    this.clock = fakeClock();
    const { random } = this;
    this.sources = [
      new SourcePeer('queue', { redelivers: true, prefetch: 10 }, random),
      new SourcePeer('radio', { redelivers: false, prefetch: 20 }, random),
    ];
    const sink = (name: string, batchMax: number, concurrencyMax: number, trouble: number) =>
      new SinkPeer(
        name,
        {
          batchMax,
          concurrencyMax,
          unavailableChance: trouble * random(),
          cutChance: trouble * random(),
          delayMaxMs: 200 * random(),
        },
        random,
      );
    this.sinks = [sink('first', 8, 2, 0.05), sink('second', 1, 1, 0.1), sink('third', 4, 3, 0.2)];
    const router = compileRoutes(ROUTES);
    if (!router.ok) throw new Error(JSON.stringify(router.error));
    this.router = router.value;
    this.journal = memoryJournal({ clock: this.clock });
  }

  /** A new process on what the last one left. */
  async start(): Promise<void> {
    for (const peer of [...this.sources, ...this.sinks]) peer.forget();
    const { clock, random } = this;
    const life = beginLife({
      number: this.crashes + this.stops + 1,
      clock,
      random,
      crashChance: () => this.crashChance,
      onCrash: () => this.crash(),
    });
    this.life = life;
    const engine = createEngine({
      clock: life.clock,
      random,
      brokerId: SIMULATED_BROKER,
      logger: SILENT,
      journal: this.#watched(this.journal, life),
      router: this.router,
      checkpointIntervalMs: 1_000,
      sources: this.sources.map((peer) => ({
        name: peer.name,
        adapter: { codec: noteCodec('note', peer.traits.redelivers), trackers: [holdTracker] },
        source: peer.source(life),
        capabilities: {
          redelivery: peer.traits.redelivers ? 'requeue' : 'none',
          confirmation: peer.traits.redelivers ? 'peer' : 'none',
          ordering: 'per-connection',
        },
        ignore: ['noise*'],
        inFlightMax: 6,
      })),
      sinks: this.sinks.map((peer, index) => ({
        name: peer.name,
        adapter: { codec: noteCodec(index === 0 ? 'note' : 'other') },
        sink: peer.sink(life),
        capabilities: {
          confirmation: 'peer',
          ordering: 'per-connection',
          batchMax: peer.traits.batchMax,
          concurrencyMax: peer.traits.concurrencyMax,
        },
        claimMax: CLAIM_MAX,
        attemptsMax: ATTEMPTS_MAX,
        retryBackoff: { initialMs: 100, maxMs: 1_000, factor: 2 },
        ...(index === 1 ? { rateLimit: { perSecond: 100, burst: 3 } } : {}),
      })),
    });
    this.engine = engine;
    void engine.failed.then((error) => {
      if (!life.dead) this.problems.push(`the engine failed: ${error.message}`);
    });
    engine.start().catch((error: unknown) => {
      if (!life.dead) this.problems.push(`the engine did not start: ${String(error)}`);
    });
    await this.clock.advance(0);
  }

  /** Pulls the plug, now. */
  crash(): void {
    this.life?.kill();
    this.journal = this.journal.crash();
    this.engine = undefined;
    this.crashes += 1;
    for (const peer of this.sources) peer.forget();
  }

  /** A clean stop. With time enough, nothing that was received may be lost by it. */
  async stop(deadlineMs: number): Promise<void> {
    const { engine, life } = this;
    if (engine === undefined || life === undefined) return;
    const missed = this.#missed();
    const progress = { stopped: false };
    engine.stop({ deadlineMs }).then(
      () => (progress.stopped = true),
      (error: unknown) => this.problems.push(`the stop failed: ${String(error)}`),
    );
    for (let waited = 0; waited <= deadlineMs + 10_000; waited += 50) {
      await this.clock.advance(50);
      if (life.dead) return;
      if (progress.stopped) break;
    }
    if (!progress.stopped) this.problems.push('the engine did not stop in time');
    if (deadlineMs >= ENOUGH_MS && this.#missed() > missed) {
      this.problems.push('a clean stop lost what was received');
    }
    this.engine = undefined;
    life.kill();
    this.journal = this.journal.crash();
    this.stops += 1;
  }

  #missed(): number {
    return this.sources.reduce((total, { missed }) => total + missed.size, 0);
  }

  /** Sees when settlements become durable, and may crash on either side of a write. */
  #watched(journal: MemoryJournal, life: Life): Journal {
    const write = async <T>(change: () => Promise<T>): Promise<T> => {
      await life.step();
      const result = await change();
      await life.step();
      return result;
    };
    return {
      brokerId: journal.brokerId,
      append: (entries) => write(() => journal.append(entries)),
      read: (after, max) => journal.read(after, max),
      subscribe: async (name, from, how) =>
        this.#watchedSubscription(await journal.subscribe(name, from, how), life),
      subscriptions: () => journal.subscriptions(),
      retire: (name) => journal.retire(name),
      drop: (name) => journal.drop(name),
      deadLetters: {
        ...journal.deadLetters,
        add: (letters) => write(() => journal.deadLetters.add(letters)),
      },
      checkpoints: {
        load: (name) => journal.checkpoints.load(name),
        save: (name: string, position: Position, value: JsonValue) =>
          write(() => journal.checkpoints.save(name, position, value)),
      },
      standing: (position) => journal.standing(position),
      onGap: (after, listener) => journal.onGap(after, listener),
      stats: () => journal.stats(),
      close: () => journal.close(),
    };
  }

  #watchedSubscription(subscription: Subscription, life: Life): Subscription {
    const peer = this.sinks.find(({ name }) => name === subscription.name);
    const events = new Map<Position, string>();
    return {
      name: subscription.name,
      claim: async (max, signal) => {
        await life.step();
        const claimed = await subscription.claim(max, signal);
        for (const { entry } of claimed) events.set(entry.position, entry.event.id);
        const { claimed: open } = subscription.lag();
        if (open > CLAIM_MAX) this.problems.push(`${subscription.name} had claimed ${open}`);
        return claimed;
      },
      settle: async (positions) => {
        await subscription.settle(positions);
        for (const position of positions) peer?.settled.add(events.get(position) ?? '');
      },
      park: (position, until, attempt) => subscription.park(position, until, attempt),
      release: (positions) => subscription.release(positions),
      bury: async (position, letter) => {
        await subscription.bury(position, letter);
        peer?.settled.add(events.get(position) ?? '');
      },
      lag: () => subscription.lag(),
    };
  }

  /** The journal refuses the next append. */
  fillJournal(): void {
    this.journal.failAppend(new JournalError('VIA_JOURNAL_FULL', 'full'));
  }
}
