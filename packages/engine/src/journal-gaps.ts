import type { Entry, Gap, NewDeadLetter } from '@viaduct/journal';
import { BROKER_ORIGIN, sinkGapEvent } from './broker-event.ts';
import { unroutableLetters } from './source/letters.ts';
import { GAP_GATHER_MS, GAP_QUIET_MS } from './limits.ts';
import { tellOfLetter, type EngineScope } from './scope.ts';
import { asError, isJournalLost } from './thrown.ts';
import { withTrail } from './trail.ts';

/** The checkpoint that holds the id of the last gap that was told of. */
const CHECKPOINT = 'gaps';

/** Gaps of one sink that nobody was told of yet. */
interface Untold {
  gap: Gap;
  /** Not to be told before, milliseconds since the epoch. */
  readonly notBefore: number;
}

/**
 * Tells of what sinks were owed and the journal no longer has: a line in the log, a counter, an
 * event whose source is the broker itself. What comes soon after is told with it, and then there is
 * silence for a while: the events take room in the journal that has none.
 */
export class JournalGaps {
  readonly #scope: EngineScope;
  /** For the counters of a sink. */
  readonly #missed: (sink: string, entries: number) => void;
  readonly #untold = new Map<string, Untold>();
  /** By sink, when it was told of last. */
  readonly #toldAt = new Map<string, number>();
  #lastId = 0;
  #unlisten: (() => void) | undefined;
  #cancel: (() => void) | undefined;
  #isClosed = false;

  constructor(scope: EngineScope, missed: (sink: string, entries: number) => void) {
    this.#scope = scope;
    this.#missed = missed;
  }

  /** Begins with the first gap that was not told of. */
  async start(): Promise<void> {
    const { journal } = this.#scope;
    const saved = await journal.checkpoints.load(CHECKPOINT);
    if (this.#isClosed) return;
    this.#lastId = typeof saved?.value === 'number' ? saved.value : 0;
    this.#unlisten = journal.onGap(this.#lastId, (gap) => this.#found(gap));
  }

  /** Tells no more; what was not told of is told after the next start. */
  close(): void {
    this.#isClosed = true;
    this.#unlisten?.();
    this.#cancel?.();
  }

  #found(gap: Gap): void {
    const { subscription, entries } = gap;
    this.#lastId = Math.max(this.#lastId, gap.id);
    const known = this.#untold.get(subscription);
    if (known === undefined) {
      const quietUntil = (this.#toldAt.get(subscription) ?? -Infinity) + GAP_QUIET_MS;
      this.#untold.set(subscription, { gap, notBefore: quietUntil });
    } else {
      const sum = known.gap.entries === undefined ? entries : known.gap.entries + (entries ?? 0);
      known.gap = { ...gap, first: known.gap.first, at: known.gap.at, entries: sum };
    }
    this.#schedule();
  }

  #schedule(): void {
    if (this.#isClosed) return;
    this.#cancel ??= this.#scope.clock.after(GAP_GATHER_MS, () => {
      this.#cancel = undefined;
      void this.#tell();
    });
  }

  async #tell(): Promise<void> {
    const { clock, journal, logger, brokerId, router } = this.#scope;
    const now = clock.now();
    const due = [...this.#untold.values()].filter(({ notBefore }) => notBefore <= now);
    const isAll = due.length === this.#untold.size;
    const upTo = this.#lastId;
    const letters: NewDeadLetter[] = [];
    const entries = due.map(({ gap }): Entry => {
      const names = { name: gap.subscription, system: BROKER_ORIGIN } as const;
      const speaker = { brokerId, role: 'sink', ...names, ordinal: gap.id, now } as const;
      const event = withTrail(sinkGapEvent(speaker, gap), brokerId);
      const { targets, variants, failures } = router.route(event, BROKER_ORIGIN);
      const entry = { event, source: BROKER_ORIGIN, targets };
      letters.push(...unroutableLetters(failures, entry, now));
      return variants.length === 0 ? entry : { ...entry, variants };
    });
    for (const { gap } of due) {
      this.#untold.delete(gap.subscription);
      // At once: the event itself may be what the next gap is made by.
      this.#toldAt.set(gap.subscription, now);
    }
    try {
      const results = entries.length === 0 ? [] : await journal.append(entries);
      for (const [index, { gap }] of due.entries()) {
        const { subscription, entries: missed } = gap;
        this.#missed(subscription, missed ?? 0);
        const names = { sink: subscription, code: 'VIA_ENGINE_SINK_GAP' };
        const fields = { ...names, reason: gap.reason };
        logger.error(fields, entries[index]?.event.data.message ?? 'events are missing');
      }
      if (letters.length > 0) await journal.deadLetters.add(letters);
      for (const letter of letters) tellOfLetter(this.#scope, letter);
      const last = results.at(-1);
      if (isAll && last?.kind === 'appended') {
        await journal.checkpoints.save(CHECKPOINT, last.position, upTo);
      }
    } catch (thrown) {
      this.#failed(asError(thrown), due);
    }
    if (this.#untold.size > 0) this.#schedule();
  }

  /** A journal without room is told again later: the gap is on record. */
  #failed(error: Error, due: readonly Untold[]): void {
    if (this.#isClosed) return;
    if (isJournalLost(error)) {
      this.#scope.fatal(error);
      return;
    }
    for (const untold of due) {
      const since = this.#untold.get(untold.gap.subscription);
      this.#untold.set(untold.gap.subscription, untold);
      if (since !== undefined) this.#found(since.gap);
    }
  }
}
