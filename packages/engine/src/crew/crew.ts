/** Who is at work at the moment, and how others take their places while the engine runs. */
import { delay } from '@viaduct/core';
import type { Position, Subscription } from '@viaduct/journal';
import { compileGlobs, type Router } from '@viaduct/routing';
import { EngineError } from '../errors.ts';
import { SEND_ABORT_MS } from '../limits.ts';
import { restoreMemories } from '../trackers/memories.ts';
import type { SinkOptions, SourceOptions } from '../options.ts';
import { addCounters, NO_PAST, type PastCounters } from './past-counters.ts';
import { planRoster, type RosterChanges } from './roster.ts';
import type { EngineScope } from '../scope.ts';
import type { EngineSettings } from '../settings.ts';
import { SinkRunner } from '../sink/sink-runner.ts';
import { SinkSubscriptions } from '../sink/sink-subscriptions.ts';
import { checkpointName } from '../source/source-checkpoints.ts';
import { SourceRunner } from '../source/source-runner.ts';
import { Successions } from './successions.ts';

/** What a change of settings did, by name. */
export interface AppliedSettings {
  readonly sources: RosterChanges;
  readonly sinks: RosterChanges;
}

/** A source or a sink at work. */
export type Runner = SourceRunner | SinkRunner;

/** See the file's comment. */
export class Crew {
  sources: readonly SourceRunner[] = [];
  sinks: readonly SinkRunner[] = [];
  past: PastCounters = NO_PAST;
  readonly #scope: EngineScope & { router: Router };
  readonly #nonce: () => string;
  readonly #subscriptions: SinkSubscriptions;
  readonly #successions = new Successions();
  /** Being stopped because somebody else takes their place, or nobody. */
  readonly #leaving = new Set<Runner>();
  /** Sources that leave, since this change or an earlier one: they say what old routes chose. */
  readonly #departures = new Set<Promise<void>>();
  readonly #ending = new AbortController();
  #isWorking = false;
  /** The last position that is known of sources that left, and of the journal at the start. */
  #latest: Position | undefined;

  constructor(
    scope: EngineScope & { router: Router },
    { sources, sinks }: EngineSettings,
    nonce: () => string,
  ) {
    this.#scope = scope;
    this.#nonce = nonce;
    this.#subscriptions = new SinkSubscriptions(scope, this.#ending.signal);
    this.sources = sources.map((options) => this.#makeSource(options));
    this.sinks = sinks.map((options) => this.#makeSink(options));
  }

  /** Opens the subscriptions, folds the memories; `isWanted` is asked before any is set going. */
  async start(isWanted: () => boolean): Promise<void> {
    const opened = await this.#subscriptions.openAll(this.sinks);
    await this.#subscriptions.retireOthers(this.sinks);
    this.#latest = await restoreMemories(this.sources, this.#scope);
    if (!isWanted()) return;
    this.#isWorking = true;
    for (const sink of this.sinks) {
      const subscription = opened.get(sink);
      if (subscription !== undefined) sink.start(subscription);
    }
    for (const source of this.sources) source.start();
  }

  /** Everybody takes and claims no more, and finishes; resolves when all have. */
  async stop(): Promise<void> {
    this.#isWorking = false;
    await Promise.all([...this.#everybody()].map((runner) => runner.stop()));
  }

  /** Waits for nothing any more. */
  end(): void {
    this.#isWorking = false;
    this.#ending.abort();
    for (const runner of this.#everybody()) runner.end();
  }

  /** Saves the memories of all sources. */
  async saveCheckpoints(): Promise<void> {
    const latest = this.#lastPosition();
    await Promise.all(this.sources.map((source) => source.saveCheckpoint(latest)));
  }

  /** See `Engine.apply`. The settings were checked. */
  async apply(settings: EngineSettings, deadlineMs: number): Promise<AppliedSettings> {
    this.#checkWorking();
    const sources = planRoster<SourceOptions, SourceRunner>(this.sources, settings.sources);
    const sinks = planRoster<SinkOptions, SinkRunner>(this.sinks, settings.sinks);
    const nextSources = sources.next.map(({ options, kept }) => kept ?? this.#makeSource(options));
    const nextSinks = sinks.next.map(({ options, kept }) => kept ?? this.#makeSink(options));
    const freshSources = nextSources.filter((source) => !this.sources.includes(source));
    const freshSinks = nextSinks.filter((sink) => !this.sinks.includes(sink));
    for (const { name } of freshSinks) await this.#successions.over(sinkKey(name));
    const opened = await this.#subscriptions.open(freshSinks);
    await this.#restoreAdded(freshSources);
    this.#checkWorking();

    // Nothing that follows can fail, unless the journal does for good. The routes change at once.
    for (const source of sources.leaving) source.intake.keepRoutes();
    this.#scope.router = settings.router;
    const routed = this.sources.map((source) => source.flushed());
    this.sources = nextSources;
    this.sinks = nextSinks;
    const left = sources.leaving.map((source) => this.#leaveSource(source));
    for (const departure of left) this.#depart(departure);
    const old = Promise.all([...routed, ...this.#departures]);
    const steps = [
      ...left,
      ...sinks.leaving.map((sink) => this.#leaveSink(sink, deadlineMs)),
      ...freshSources.map((source) => this.#beginSource(source)),
      ...freshSinks.map((sink) => this.#beginSink(sink, opened.get(sink), old)),
    ];
    await this.#patiently(Promise.all(steps), deadlineMs + SEND_ABORT_MS);
    return { sources: sources.changes, sinks: sinks.changes };
  }

  #makeSource(options: SourceOptions): SourceRunner {
    const predecessor = this.sources.find(({ name }) => name === options.name);
    const isIgnored = compileGlobs(options.ignore ?? []);
    return new SourceRunner(options, this.#scope, isIgnored, predecessor);
  }

  #makeSink(options: SinkOptions): SinkRunner {
    const predecessor = this.sinks.find(({ name }) => name === options.name);
    return new SinkRunner(options, this.#scope, this.#nonce, predecessor);
  }

  /** A source that was there in earlier days remembers them; one that never was has nothing to. */
  async #restoreAdded(fresh: readonly SourceRunner[]): Promise<void> {
    const { checkpoints } = this.#scope.journal;
    const known: SourceRunner[] = [];
    for (const source of fresh) {
      if (this.sources.some(({ name }) => name === source.name)) continue;
      const saved = await checkpoints.load(checkpointName(source.name));
      if (saved !== undefined) known.push(source);
    }
    await restoreMemories(known, this.#scope);
  }

  /** Who follows is decided now: when this one has stopped, the next may have left as well. */
  #leaveSource(source: SourceRunner): Promise<void> {
    const successor = this.sources.find(({ name }) => name === source.name);
    return this.#successions.then(sourceKey(source.name), async () => {
      await this.#left(source, source.stop());
      this.#latest = later(this.#latest, source.lastPosition);
      if (successor !== undefined) {
        successor.remember(source);
        return;
      }
      await source.saveCheckpoint(this.#lastPosition());
      const sources = addCounters(this.past.sources, source.status().counters);
      this.past = { ...this.past, sources };
    });
  }

  #leaveSink(sink: SinkRunner, deadlineMs: number): Promise<void> {
    const isReplaced = this.sinks.some(({ name }) => name === sink.name);
    return this.#successions.then(sinkKey(sink.name), async () => {
      const cancel = this.#scope.clock.after(deadlineMs, () => sink.cut());
      await this.#left(sink, sink.stop());
      cancel();
      if (isReplaced) return;
      await this.#subscriptions.retire(sink.name);
      const sinks = addCounters(this.past.sinks, sink.status().counters);
      this.past = { ...this.past, sinks };
    });
  }

  #depart(departure: Promise<void>): void {
    this.#departures.add(departure);
    void departure.then(() => this.#departures.delete(departure));
  }

  /** Until a runner has stopped, a stop or the end of the engine concerns it, too. */
  async #left(runner: Runner, stopped: Promise<void>): Promise<void> {
    this.#leaving.add(runner);
    await stopped;
    this.#leaving.delete(runner);
  }

  #beginSource(source: SourceRunner): Promise<void> {
    return this.#successions.then(sourceKey(source.name), async () => {
      if (this.#isWorking) source.start();
      return Promise.resolve();
    });
  }

  /** `old`: all that the routes of before have to say is in the journal. */
  #beginSink(
    sink: SinkRunner,
    opened: Subscription | undefined,
    old: Promise<unknown>,
  ): Promise<void> {
    return this.#successions.then(sinkKey(sink.name), async () => {
      if (opened === undefined) await old;
      const subscription = opened ?? (await this.#subscriptions.openLate(sink));
      if (this.#isWorking && subscription !== undefined) sink.start(subscription);
    });
  }

  async #patiently(work: Promise<unknown>, deadlineMs: number): Promise<void> {
    const waiting = new AbortController();
    const late = delay(this.#scope.clock, deadlineMs, waiting.signal).then(
      () => {
        this.#scope.logger.warn({}, 'a part of the change has still to wait; it follows by itself');
      },
      () => undefined,
    );
    await Promise.race([work, late]);
    waiting.abort();
  }

  *#everybody(): Generator<Runner> {
    yield* this.sources;
    yield* this.sinks;
    yield* this.#leaving;
  }

  #lastPosition(): Position | undefined {
    let latest = this.#latest;
    for (const { lastPosition } of this.sources) latest = later(latest, lastPosition);
    return latest;
  }

  #checkWorking(): void {
    if (this.#isWorking) return;
    const message = 'the engine is not running: its settings cannot be changed';
    throw new EngineError('VIA_ENGINE_STATE_WRONG', message);
  }
}

function sourceKey(name: string): string {
  return `source/${name}`;
}

function sinkKey(name: string): string {
  return `sink/${name}`;
}

function later(one: Position | undefined, other: Position | undefined): Position | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return one > other ? one : other;
}
