/** Opens and retires the subscriptions of sinks as sinks come and go. */
import { delay } from '@viaduct/core';
import type { StartFrom, Subscription } from '@viaduct/journal';
import { FULL_RETRY_MS } from '../limits.ts';
import type { EngineScope } from '../scope.ts';
import { asError, codeOf, isJournalLost, isRetriable } from '../thrown.ts';

/** What is needed to know of a sink. */
export interface Subscriber {
  readonly name: string;
  readonly options: { readonly from?: StartFrom };
  /** It is not to be started any more. */
  readonly isStopping: boolean;
}

/** See the file's comment. */
export class SinkSubscriptions {
  readonly #scope: EngineScope;
  readonly #ending: AbortSignal;

  /** `ending` is aborted when the engine waits for nothing any more. */
  constructor(scope: EngineScope, ending: AbortSignal) {
    this.#scope = scope;
    this.#ending = ending;
  }

  /** Opens those of all sinks at the start, when nothing is being appended. */
  async openAll(sinks: readonly Subscriber[]): Promise<ReadonlyMap<Subscriber, Subscription>> {
    const opened = new Map<Subscriber, Subscription>();
    for (const sink of sinks) opened.set(sink, await this.#open(sink));
    return opened;
  }

  /**
   * Opens what can be opened while the old settings still count; a sink that is new and begins in
   * the past is left out: see {@link openLate}. All or none: what it made for others is undone when
   * it rejects.
   */
  async open(sinks: readonly Subscriber[]): Promise<ReadonlyMap<Subscriber, Subscription>> {
    const { journal } = this.#scope;
    const opened = new Map<Subscriber, Subscription>();
    const stored = await journal.subscriptions();
    const known = new Map(stored.map(({ name, retired }) => [name, retired]));
    try {
      for (const sink of sinks) {
        const { from = 'now' } = sink.options;
        if (from !== 'now' && !known.has(sink.name)) continue;
        opened.set(sink, await journal.subscribe(sink.name, from));
      }
      return opened;
    } catch (thrown) {
      await this.#undo([...opened.keys()], known);
      throw thrown;
    }
  }

  /**
   * Opens a subscription that begins in the past: it is owed all that is in the journal from there
   * to this moment, for the sink to choose by its routes. So it is called when everything whose
   * targets the old routes chose is in the journal, and tried until the journal has room for it.
   * `undefined`: the sink is not wanted any more.
   */
  async openLate(sink: Subscriber): Promise<Subscription | undefined> {
    while (!sink.isStopping && !this.#ending.aborted) {
      try {
        return await this.#open(sink);
      } catch (thrown) {
        if (!this.#mayTryAgain(asError(thrown), sink.name)) return undefined;
        await this.#pause();
      }
    }
    return undefined;
  }

  /** This sink is gone: it is owed nothing new and holds nothing back. */
  async retire(name: string): Promise<void> {
    const { journal } = this.#scope;
    // What cannot be retired now is retired by the next start.
    while (!this.#ending.aborted) {
      try {
        await journal.retire(name);
        return;
      } catch (thrown) {
        if (!this.#mayTryAgain(asError(thrown), name)) return;
        await this.#pause();
      }
    }
  }

  /** Retires the subscriptions of all sinks but these. */
  async retireOthers(sinks: readonly Subscriber[]): Promise<void> {
    const { journal, logger } = this.#scope;
    const names = new Set(sinks.map(({ name }) => name));
    for (const { name, retired } of await journal.subscriptions()) {
      if (retired || names.has(name)) continue;
      logger.warn(
        { sink: name, code: 'VIA_ENGINE_SINK_RETIRED' },
        'the sink is no longer configured: its subscription is retired',
      );
      await journal.retire(name);
    }
  }

  #open({ name, options }: Subscriber): Promise<Subscription> {
    return this.#scope.journal.subscribe(name, options.from ?? 'now', { past: 'everything' });
  }

  #pause(): Promise<void> {
    return delay(this.#scope.clock, FULL_RETRY_MS, this.#ending).catch(() => undefined);
  }

  /** Best effort: what stays is owed nothing, and the next start retires it. */
  async #undo(sinks: readonly Subscriber[], known: ReadonlyMap<string, boolean>): Promise<void> {
    const { journal, logger } = this.#scope;
    for (const { name } of sinks) {
      if (known.get(name) === false) continue;
      try {
        await journal.retire(name);
        if (!known.has(name)) await journal.drop(name);
      } catch (thrown) {
        const error = asError(thrown);
        logger.warn({ sink: name, code: codeOf(error) }, error.message);
      }
    }
  }

  #mayTryAgain(error: Error, sink: string): boolean {
    if (isRetriable(error)) return true;
    if (this.#ending.aborted) return false;
    if (isJournalLost(error)) this.#scope.fatal(error);
    else this.#scope.logger.error({ sink, code: codeOf(error) }, error.message);
    return false;
  }
}
