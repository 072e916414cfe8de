import { compileGlobs } from '@viaduct/routing';
import type { Position } from '@viaduct/journal';
import { Echoes } from './echoes.ts';
import { EngineError } from './errors.ts';
import { JournalGaps } from './journal-gaps.ts';
import { CHECKPOINT_INTERVAL_MS, TRAIL_LENGTH_MAX } from './limits.ts';
import { restoreMemories } from './memories.ts';
import { nonces } from './nonce.ts';
import { guardObserver } from './observer.ts';
import type { EngineOptions } from './options.ts';
import { RoomWatch } from './room-watch.ts';
import type { EngineScope } from './scope.ts';
import { SinkRunner } from './sink-runner.ts';
import { SourceRunner } from './source-runner.ts';
import type { EngineState, EngineStatus } from './status.ts';

/**
 * Carries events from sources through the journal to sinks, and loses none that a source was told
 * it has.
 */
export interface Engine {
  /**
   * Opens the sinks' subscriptions (a subscription without a sink is retired), folds the trackers'
   * memories, then sets sinks and sources going. Needs no peer to be up: it resolves when all are
   * being connected. Rejects when the journal does. Once only.
   */
  start(): Promise<void>;
  /**
   * A clean stop: takes no more from the sources, appends and acknowledges what it has, lets what
   * is being sent finish, all within `deadlineMs`; what is unconfirmed then is sent again after the
   * next start. Resolves with the connections closed and the settlements durable. Legal at any
   * time; a second call waits for the first.
   */
  stop(options: StopOptions): Promise<void>;
  status(): EngineStatus;
  /**
   * Resolves with the reason if the journal fails. Nothing is acknowledged from then on; all that
   * is left to do is `stop`, and end the program. Pending for ever in normal life; never rejects.
   */
  readonly failed: Promise<Error>;
}

/** How an engine is stopped. */
export interface StopOptions {
  /** The longest it may take to finish what is under way, milliseconds. */
  readonly deadlineMs: number;
}

/**
 * Puts an engine together; nothing runs before `start`. Throws an `EngineError` when names are not
 * unique, or when a route leads to a sink, or comes from a source, that is not there.
 */
export function createEngine(options: EngineOptions): Engine {
  checkNames('source', options.sources);
  checkNames('sink', options.sinks);
  checkRoutes(options);
  return new SupervisedEngine(options);
}

class SupervisedEngine implements Engine {
  readonly failed: Promise<Error>;
  readonly #options: EngineOptions;
  readonly #scope: EngineScope;
  readonly #sources: readonly SourceRunner[];
  readonly #sinks: readonly SinkRunner[];
  readonly #gaps: JournalGaps;
  #state: EngineState = 'new';
  #starting: Promise<void> = Promise.resolve();
  #stopping: Promise<void> | undefined;
  #restored: Position | undefined;
  #cancelCheckpoint: (() => void) | undefined;

  constructor(options: EngineOptions) {
    this.#options = options;
    const failed = Promise.withResolvers<Error>();
    this.failed = failed.promise;
    const fatal = (error: Error): void => this.#fail(error, failed.resolve);
    const { clock, journal, logger } = options;
    this.#scope = {
      clock: options.clock,
      random: options.random,
      brokerId: options.brokerId,
      logger: options.logger,
      journal: options.journal,
      router: options.router,
      observer: guardObserver(options.observer ?? {}, options.logger),
      trailLengthMax: options.trailLengthMax ?? TRAIL_LENGTH_MAX,
      roomWatch: new RoomWatch(options.clock, options.logger),
      echoes: new Echoes({ clock, journal, logger, fatal }),
      fatal,
    };
    const nonce = nonces(options.random);
    this.#sources = options.sources.map(
      (source) => new SourceRunner(source, this.#scope, compileGlobs(source.ignore ?? [])),
    );
    this.#sinks = options.sinks.map((sink) => new SinkRunner(sink, this.#scope, nonce));
    this.#gaps = new JournalGaps(this.#scope, (sink, entries) => {
      this.#sinks.find(({ name }) => name === sink)?.missed(entries);
    });
  }

  async start(): Promise<void> {
    if (this.#state !== 'new') {
      throw new EngineError('VIA_ENGINE_STATE_WRONG', `the engine is ${this.#state}, not new`);
    }
    this.#state = 'starting';
    this.#starting = this.#start();
    await this.#starting;
  }

  stop(options: StopOptions): Promise<void> {
    this.#stopping ??= this.#stop(options.deadlineMs);
    return this.#stopping;
  }

  status(): EngineStatus {
    return {
      state: this.#state,
      sources: this.#sources.map((source) => source.status()),
      sinks: this.#sinks.map((sink) => sink.status()),
    };
  }

  async #start(): Promise<void> {
    const { journal, sinks } = this.#options;
    const subscriptions = [];
    for (const { name, from = 'now' } of sinks) {
      subscriptions.push(await journal.subscribe(name, from));
    }
    await this.#retireOthers();
    this.#restored = await restoreMemories(this.#sources, this.#scope);
    await this.#scope.echoes.restore();
    await this.#gaps.start();
    // Stopped or failed meanwhile: then nothing is to be connected any more.
    if (this.#state !== 'starting' || this.#stopping !== undefined) return;
    this.#state = 'running';
    for (const [index, sink] of this.#sinks.entries()) {
      const subscription = subscriptions[index];
      if (subscription !== undefined) sink.start(subscription);
    }
    for (const source of this.#sources) source.start();
    this.#scheduleCheckpoint();
  }

  /** A sink that is no longer configured is owed nothing new and holds nothing back. */
  async #retireOthers(): Promise<void> {
    const { journal, logger } = this.#options;
    const names = new Set(this.#sinks.map(({ name }) => name));
    for (const { name, retired } of await journal.subscriptions()) {
      if (retired || names.has(name)) continue;
      logger.warn({ sink: name }, 'the sink is no longer configured: its subscription is retired');
      await journal.retire(name);
    }
  }

  async #stop(deadlineMs: number): Promise<void> {
    await this.#starting.catch(() => undefined);
    if (this.#state !== 'failed') this.#state = 'stopping';
    const cancel = this.#scope.clock.after(deadlineMs, () => this.#end());
    this.#cancelCheckpoint?.();
    await Promise.all([...this.#sources, ...this.#sinks].map((runner) => runner.stop()));
    if (this.#isHealthy()) await this.#saveCheckpoints();
    cancel();
    this.#end();
    if (this.#isHealthy()) this.#state = 'stopped';
  }

  #isHealthy(): boolean {
    return this.#state !== 'failed';
  }

  #fail(error: Error, tell: (error: Error) => void): void {
    if (this.#state === 'failed') return;
    this.#state = 'failed';
    this.#options.logger.error(
      {},
      `the journal failed, nothing is taken any more: ${error.message}`,
    );
    this.#end();
    tell(error);
  }

  #end(): void {
    this.#cancelCheckpoint?.();
    this.#gaps.close();
    this.#scope.echoes.close();
    for (const runner of [...this.#sources, ...this.#sinks]) runner.end();
  }

  #scheduleCheckpoint(): void {
    const { clock, checkpointIntervalMs = CHECKPOINT_INTERVAL_MS } = this.#options;
    this.#cancelCheckpoint = clock.after(checkpointIntervalMs, () => {
      void this.#saveCheckpoints();
      this.#scheduleCheckpoint();
    });
  }

  async #saveCheckpoints(): Promise<void> {
    let latest = this.#restored;
    for (const { lastPosition } of this.#sources) {
      if (lastPosition === undefined) continue;
      if (latest === undefined || lastPosition > latest) latest = lastPosition;
    }
    await Promise.all(this.#sources.map((source) => source.saveCheckpoint(latest)));
    await this.#scope.echoes.save();
  }
}

function checkNames(role: string, named: readonly { readonly name: string }[]): void {
  const seen = new Set<string>();
  for (const { name } of named) {
    if (seen.has(name))
      throw new EngineError('VIA_ENGINE_NAME_TAKEN', `two ${role}s are "${name}"`);
    seen.add(name);
  }
}

function checkRoutes({ router, sinks, sources }: EngineOptions): void {
  const unknown = (role: string, name: string): never => {
    throw new EngineError('VIA_ENGINE_NAME_UNKNOWN', `a route names the ${role} "${name}"`);
  };
  const sinkNames = new Set(sinks.map(({ name }) => name));
  for (const name of router.sinks) if (!sinkNames.has(name)) unknown('sink', name);
  for (const pattern of router.sources) {
    const matches = compileGlobs([pattern]);
    if (!sources.some(({ name }) => matches(name))) unknown('source', pattern);
  }
}
