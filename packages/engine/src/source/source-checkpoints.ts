import type { JsonValue } from '@viaduct/core';
import type { AppendResult, Position } from '@viaduct/journal';
import type { EngineScope } from '../scope.ts';
import { asError, codeOf, isJournalLost } from '../thrown.ts';
import type { TrackerChain } from '../trackers/tracker-chain.ts';

/** The name of a source's checkpoint in the journal. */
export function checkpointName(source: string): string {
  return `trackers/${source}`;
}

/**
 * Saves the memories of one source's trackers, each time with the position that they are a
 * projection of: a memory is ahead of the journal while what it has seen is still on its way there.
 */
export class SourceCheckpoints {
  readonly #name: string;
  readonly #chain: TrackerChain;
  readonly #scope: EngineScope;
  /** Entries given to the journal, and those of them that are durable: places in their order. */
  #pushed = 0;
  #durable = 0;
  /** Taken, and to be saved when `at` entries are durable. */
  #taken: { readonly at: number; readonly value: JsonValue } | undefined;
  #lastPosition: Position | undefined;
  #savedAt: Position | undefined;

  constructor(source: string, chain: TrackerChain, scope: EngineScope) {
    this.#name = checkpointName(source);
    this.#chain = chain;
    this.#scope = scope;
  }

  /** The position of the last entry of this source that is durable. */
  get lastPosition(): Position | undefined {
    return this.#lastPosition;
  }

  /** An entry is on its way. */
  pushed(): void {
    this.#pushed += 1;
  }

  /** The last entries on their way will not get there. */
  takenBack(entries: number): void {
    this.#pushed -= entries;
    this.#taken = undefined;
  }

  /** The next entry got there. */
  durable(result: AppendResult): void {
    this.#durable += 1;
    if (result.kind === 'appended') this.#lastPosition = result.position;
    if (this.#durable !== this.#taken?.at) return;
    const { value } = this.#taken;
    this.#taken = undefined;
    void this.#write(value, this.#lastPosition);
  }

  /**
   * Takes the memories now and saves them: at once if nothing is on its way (then at `latest`, the
   * last position of the whole journal), else when what they have seen is durable.
   */
  async save(latest: Position | undefined): Promise<void> {
    if (this.#chain.isEmpty || this.#taken !== undefined) return;
    const value = this.#chain.checkpoint();
    if (this.#durable < this.#pushed) this.#taken = { at: this.#pushed, value };
    else await this.#write(value, latest ?? this.#lastPosition);
  }

  /** A checkpoint that cannot be saved only makes the next start slower. */
  async #write(value: JsonValue, position: Position | undefined): Promise<void> {
    if (position === undefined || position === this.#savedAt) return;
    this.#savedAt = position;
    try {
      await this.#scope.journal.checkpoints.save(this.#name, position, value);
    } catch (thrown) {
      const error = asError(thrown);
      if (isJournalLost(error)) this.#scope.fatal(error);
      else this.#scope.logger.warn({ checkpoint: this.#name, code: codeOf(error) }, error.message);
    }
  }
}
