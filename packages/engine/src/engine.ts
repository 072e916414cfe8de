import { Crew, type AppliedSettings, type Runner } from './crew/crew.ts';
import { Echoes } from './echoes/echoes.ts';
import { EngineError } from './errors.ts';
import { JournalGaps } from './journal-gaps.ts';
import { CHECKPOINT_INTERVAL_MS, TRAIL_LENGTH_MAX } from './limits.ts';
import { nonces } from './sink/nonce.ts';
import { guardObserver, guardTracing } from './observer.ts';
import type { EngineOptions } from './options.ts';
import { RoomWatch } from './room-watch.ts';
import type { EngineScope } from './scope.ts';
import { checkSettings, type EngineSettings } from './settings.ts';
import type { EngineState, EngineStatus } from './status.ts';
import { codeOf } from './thrown.ts';

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
  /**
   * Goes by other settings. Options that are the same objects as before are unchanged: their
   * sources and sinks go on untouched, with connection, memory, counters and claims. All others
   * stop cleanly and start anew, those of a known name with its memory, subscription and counters.
   * A removed sink is retired in the journal: what was being sent finishes, the rest is not sent.
   *
   * Routes change at once for all sources that stay: the targets of each event come from the old
   * ones or the new ones. What a source that leaves has received goes where the old ones say.
   *
   * Rejects, with everything as it was before, when the settings cannot work (`EngineError`) or the
   * journal has no room for the subscription of a new sink. Resolves when all is done, or after
   * `deadlineMs` when parts of it still wait, for a journal with room for instance: those are done
   * when they can be. One at a time: a second call waits for the first.
   */
  apply(settings: EngineSettings, options: StopOptions): Promise<AppliedSettings>;
  /**
   * Leaves a source or sink alone until `resume`: nothing is taken from the one, nothing claimed
   * for the other; what is under way finishes, then its connection is closed. Resolves when it is.
   * Lasts through `apply`, not through a restart. Throws an `EngineError` when there is none.
   */
  pause(role: Role, name: string): Promise<void>;
  /** Ends {@link pause}; without effect on what is not paused. */
  resume(role: Role, name: string): Promise<void>;
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

/** What a name belongs to. */
export type Role = 'source' | 'sink';

/**
 * Puts an engine together; nothing runs before `start`. Throws an `EngineError` when names are not
 * unique, or when a route leads to a sink, or comes from a source, that is not there.
 */
export function createEngine(options: EngineOptions): Engine {
  checkSettings(options);
  return new SupervisedEngine(options);
}

class SupervisedEngine implements Engine {
  readonly failed: Promise<Error>;
  readonly #options: EngineOptions;
  readonly #gaps: JournalGaps;
  readonly #scope: EngineScope;
  readonly #crew: Crew;
  #applying: Promise<unknown> = Promise.resolve();
  #state: EngineState = 'new';
  #starting: Promise<void> = Promise.resolve();
  #stopping: Promise<void> | undefined;
  #cancelCheckpoint: (() => void) | undefined;

  constructor(options: EngineOptions) {
    this.#options = options;
    const failed = Promise.withResolvers<Error>();
    this.failed = failed.promise;
    const fatal = (error: Error): void => this.#fail(error, failed.resolve);
    const { clock, random, brokerId, logger, journal, router } = options;
    const scope = {
      clock,
      random,
      brokerId,
      logger,
      journal,
      router,
      observer: guardObserver(options.observer ?? {}, logger),
      tracing: guardTracing(options.tracing, logger),
      trailLengthMax: options.trailLengthMax ?? TRAIL_LENGTH_MAX,
      roomWatch: new RoomWatch(clock, logger),
      echoes: new Echoes({ clock, journal, logger, fatal }),
      fatal,
    };
    this.#scope = scope;
    this.#crew = new Crew(scope, options, nonces(random));
    this.#gaps = new JournalGaps(scope, (sink, entries) => {
      this.#crew.sinks.find(({ name }) => name === sink)?.missed(entries);
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
      sources: this.#crew.sources.map((source) => source.status()),
      sinks: this.#crew.sinks.map((sink) => sink.status()),
      past: this.#crew.past,
    };
  }

  async apply(settings: EngineSettings, options: StopOptions): Promise<AppliedSettings> {
    checkSettings(settings);
    const next = this.#applying.then(() => this.#crew.apply(settings, options.deadlineMs));
    this.#applying = next.catch(() => undefined);
    return next;
  }

  async pause(role: Role, name: string): Promise<void> {
    await this.#runner(role, name).pause();
  }

  async resume(role: Role, name: string): Promise<void> {
    await this.#runner(role, name).resume();
  }

  async #start(): Promise<void> {
    // Stopped or failed meanwhile: then nothing is to be connected any more.
    const isWanted = (): boolean => this.#state === 'starting' && this.#stopping === undefined;
    await this.#scope.echoes.restore();
    await this.#gaps.start();
    await this.#crew.start(isWanted);
    if (!isWanted()) return;
    this.#state = 'running';
    this.#scheduleCheckpoint();
  }

  async #stop(deadlineMs: number): Promise<void> {
    await this.#starting.catch(() => undefined);
    if (this.#state !== 'failed') this.#state = 'stopping';
    const cancel = this.#scope.clock.after(deadlineMs, () => this.#end());
    this.#cancelCheckpoint?.();
    await this.#crew.stop();
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
      { code: codeOf(error) },
      `the journal failed, nothing is taken any more: ${error.message}`,
    );
    this.#end();
    tell(error);
  }

  #end(): void {
    this.#cancelCheckpoint?.();
    this.#gaps.close();
    this.#scope.echoes.close();
    this.#crew.end();
  }

  #scheduleCheckpoint(): void {
    const { clock, checkpointIntervalMs = CHECKPOINT_INTERVAL_MS } = this.#options;
    this.#cancelCheckpoint = clock.after(checkpointIntervalMs, () => {
      void this.#saveCheckpoints();
      this.#scheduleCheckpoint();
    });
  }

  async #saveCheckpoints(): Promise<void> {
    await this.#crew.saveCheckpoints();
    await this.#scope.echoes.save();
  }

  #runner(role: Role, name: string): Runner {
    const { sources, sinks } = this.#crew;
    const runners: readonly Runner[] = role === 'source' ? sources : sinks;
    const found = runners.find((runner) => runner.name === name);
    if (found !== undefined) return found;
    throw new EngineError('VIA_ENGINE_NAME_UNKNOWN', `there is no ${role} "${name}"`);
  }
}
