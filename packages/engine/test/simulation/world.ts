/** Everything that outlives a broker: clock, chance, peers, the journal's disk. */
import { SILENT } from '@viaduct/core';
import { memoryJournal, type MemoryJournal } from '@viaduct/journal/memory';
import { compileRoutes, type Route, type Router } from '@viaduct/routing';
import { seededRandom } from '@viaduct/testkit';
import {
  createEngine,
  type Engine,
  type EngineSettings,
  sinkOptions,
  type SinkOptions,
  sourceOptions,
  type SourceOptions,
} from '../../src/index.ts';
import { noteCodec, type NoteNative } from '../dialect.ts';
import { holdTracker } from '../hold-tracker.ts';
import { simulatedClock, type SimulatedClock } from './clock.ts';
import { beginLife, type Life } from './life.ts';
import { SinkPeer } from './sink-peer.ts';
import { SourcePeer } from './source-peer.ts';
import { watchedJournal } from './watched-journal.ts';

/** The id of the simulated broker. */
export const SIMULATED_BROKER = 'b0000000-0000-4000-8000-000000000001';

/** The sink that simple notes do not reach: the one route that leads them there fails on them. */
export const UNREACHED = 'second';

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
  {
    name: 'without an answer',
    match: { nativetype: 'note' },
    when: 'attributes.vcpus > 4',
    to: ['first', UNREACHED],
  },
];

/** What the guest is to get: all that the first gets. */
const GUEST_ROUTE: Route = { name: 'all to the guest', to: ['guest'] };

const GUEST_TRAITS = {
  batchMax: 5,
  concurrencyMax: 2,
  unavailableChance: 0.02,
  cutChance: 0.02,
  hangChance: 0,
  delayMaxMs: 50,
};

/** Bound of claimed events of every simulated sink. */
export const CLAIM_MAX = 12;

/** Attempts of every simulated sink. */
export const ATTEMPTS_MAX = 4;

/** A deadline that a clean stop needs at most, with a full journal in the middle of it. */
const ENOUGH_MS = 20_000;

/** How long a simulated `send` may take, milliseconds. */
const SEND_TIMEOUT_MS = 400;

/** What a world is made with besides its seed. */
export interface WorldOptions {
  /** How much goes wrong at the peers by themselves, as a share; 1 is as it gets. */
  readonly trouble: number;
  /** At which of its points a life ends; `Infinity`: it does not. */
  readonly killAt: (life: number) => number;
}

/** One simulated world, made from a seed alone. */
export class World {
  readonly random: () => number;
  readonly clock: SimulatedClock;
  readonly sources: readonly SourcePeer[];
  readonly sinks: readonly SinkPeer[];
  /** A sink that no life begins with: it is added while the engine runs, and wants the past. */
  readonly guest: SinkPeer;
  isGuestThere = false;
  readonly router: Router;
  readonly problems: string[] = [];
  journal: MemoryJournal;
  engine: Engine | undefined;
  /** What the engine was told last. */
  settings: EngineSettings | undefined;
  life: Life | undefined;
  crashes = 0;
  stops = 0;
  /** Changes of the configuration that an engine was told of. */
  reloads = 0;
  /** The journal has no room. */
  full = false;
  /** No life is killed any more. */
  immortal = false;
  readonly #options: WorldOptions;
  #figures = { echoes: 0, sendTimeouts: 0 };

  constructor(seed: number, options: WorldOptions) {
    this.#options = options;
    this.random = seededRandom(seed);
    this.clock = simulatedClock(() => {
      if (!this.immortal) this.life?.turn();
      return this.life?.activity ?? 0;
    });
    const { random } = this;
    this.sources = [
      new SourcePeer('queue', { redelivers: true, prefetch: 10 }, random),
      new SourcePeer('radio', { redelivers: false, prefetch: 20 }, random),
    ];
    const sink = (name: string, batchMax: number, concurrencyMax: number, share: number) => {
      const trouble = share * options.trouble;
      const traits = {
        batchMax,
        concurrencyMax,
        unavailableChance: trouble * random(),
        cutChance: trouble * random(),
        hangChance: trouble * random() * 0.2,
        delayMaxMs: 200 * random(),
      };
      return new SinkPeer(name, traits, random);
    };
    this.sinks = [sink('first', 8, 2, 0.05), sink('second', 1, 1, 0.1), sink('third', 4, 3, 0.2)];
    this.guest = new SinkPeer('guest', GUEST_TRAITS, random);
    this.router = routerOf(ROUTES);
    this.journal = memoryJournal({ clock: this.clock });
  }

  /** What the engines of all lives that were not killed have counted. */
  get figures(): Readonly<{ echoes: number; sendTimeouts: number }> {
    return this.#figures;
  }

  /** A new process on what the last one left. */
  async start(): Promise<void> {
    for (const peer of [...this.sources, ...this.sinks, this.guest]) peer.forget();
    const number = this.crashes + this.stops + 1;
    const killAt = this.#options.killAt(number);
    const life = beginLife({
      number,
      clock: this.clock,
      random: this.random,
      killAt: () => (this.immortal ? Infinity : killAt),
      onCrash: () => this.#crashed(),
    });
    this.life = life;
    const settings = this.settingsOf(life);
    this.settings = settings;
    const engine = createEngine({
      ...settings,
      clock: life.clock,
      random: this.random,
      brokerId: SIMULATED_BROKER,
      logger: SILENT,
      journal: watchedJournal(this.journal, life, {
        isFull: () => this.full,
        settled: (sink, event) => void this.#sink(sink)?.settled.add(event),
        claimed: (sink, open) => {
          if (open > CLAIM_MAX) this.problems.push(`${sink} had claimed ${open}`);
        },
      }),
      checkpointIntervalMs: 1_000,
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

  /** What is configured at present, all of it made anew. */
  settingsOf(life: Life): EngineSettings {
    const guests = this.isGuestThere
      ? [{ ...sinkOf(this.guest, 0, life), from: 'start' as const }]
      : [];
    return {
      router: this.isGuestThere ? routerOf([...ROUTES, GUEST_ROUTE]) : this.router,
      sources: this.sources.map((peer) => sourceOptions(sourceOf(peer, life))),
      sinks: [...this.sinks.map((peer, index) => sinkOf(peer, index, life)), ...guests].map(
        (options) => sinkOptions(options),
      ),
    };
  }

  /** Pulls the plug, now. */
  crash(): void {
    this.life?.kill();
    this.#crashed();
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
    for (let waited = 0; waited <= deadlineMs + 20_000; waited += 50) {
      await this.clock.advance(50);
      if (life.dead) return;
      if (progress.stopped) break;
    }
    if (!progress.stopped) this.problems.push('the engine did not stop in time');
    if (deadlineMs >= ENOUGH_MS && this.#missed() > missed) {
      this.problems.push('a clean stop lost what was received');
    }
    this.#count(engine);
    this.engine = undefined;
    life.kill();
    this.journal = this.journal.crash();
    this.stops += 1;
  }

  #crashed(): void {
    this.journal = this.journal.crash();
    if (this.engine !== undefined) this.#count(this.engine);
    this.engine = undefined;
    this.crashes += 1;
    for (const peer of this.sources) peer.forget();
  }

  #count(engine: Engine): void {
    const { sources, sinks } = engine.status();
    for (const { counters } of sources) this.#figures.echoes += counters.dropped.echo ?? 0;
    for (const { counters } of sinks) this.#figures.sendTimeouts += counters.sendTimeouts;
  }

  #sink(wanted: string): SinkPeer | undefined {
    return this.sinks.find(({ name }) => name === wanted);
  }

  #missed(): number {
    return this.sources.reduce((total, { missed }) => total + missed.size, 0);
  }
}

function routerOf(routes: readonly Route[]): Router {
  const router = compileRoutes(routes);
  if (!router.ok) throw new Error(JSON.stringify(router.error));
  return router.value;
}

function sourceOf(peer: SourcePeer, life: Life): SourceOptions<NoteNative> {
  const { redelivers } = peer.traits;
  return {
    name: peer.name,
    adapter: { codec: noteCodec('note', redelivers), trackers: [holdTracker] },
    source: peer.source(life),
    capabilities: {
      redelivery: redelivers ? 'requeue' : 'none',
      confirmation: redelivers ? 'peer' : 'none',
      ordering: 'per-connection',
    },
    ignore: ['noise*'],
    inFlightMax: 6,
  };
}

/** The first speaks the dialect of the sources: what it sends may come back. */
function sinkOf(peer: SinkPeer, index: number, life: Life): SinkOptions<NoteNative> {
  return {
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
    sendTimeoutMs: SEND_TIMEOUT_MS,
    ...(index === 1 ? { rateLimit: { perSecond: 100, burst: 3 } } : {}),
  };
}
