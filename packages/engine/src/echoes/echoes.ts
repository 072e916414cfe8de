/**
 * What the broker has sent and may hear again, where the message itself cannot say where it has
 * been (a trap that must equal its vendor's has no place for a trail). One memory for each dialect
 * that has both a source and a sink, so it costs nothing anywhere else.
 */
import { fingerprint, type Codec } from '@viaduct/core';
import type { Position } from '@viaduct/journal';
import { EchoMemory } from './echo-memory.ts';
import { ECHO_SAVE_MS } from '../limits.ts';
import type { EngineScope } from '../scope.ts';
import { asError, codeOf, isJournalLost } from '../thrown.ts';

/** What of the engine's surroundings is needed here. */
export type EchoScope = Pick<EngineScope, 'clock' | 'journal' | 'logger' | 'fatal'>;

interface Kept {
  readonly memory: EchoMemory;
  /** Of the last event that was sent; what a checkpoint is a projection of. */
  position: Position | undefined;
  isChanged: boolean;
}

/** The echo memories of one engine. */
export class Echoes {
  readonly #scope: EchoScope;
  readonly #byDialect = new Map<string, Kept>();
  #cancelSave: (() => void) | undefined;
  #isClosed = false;

  constructor(scope: EchoScope) {
    this.#scope = scope;
  }

  /** There is a source of this dialect: what is sent in it may come back. */
  listen(codec: Codec<unknown>): void {
    const { dialect } = codec;
    if (codec.echoText === undefined || this.#byDialect.has(dialect)) return;
    this.#byDialect.set(dialect, {
      memory: new EchoMemory(),
      position: undefined,
      isChanged: false,
    });
  }

  /** These are about to be sent. Before they are: an echo may be faster than the answer. */
  remember(codec: Codec<unknown>, natives: readonly unknown[], position: Position): void {
    const kept = codec.echoText === undefined ? undefined : this.#byDialect.get(codec.dialect);
    if (kept === undefined) return;
    const now = this.#scope.clock.now();
    for (const native of natives) {
      const text = textOf(codec, native);
      if (text === undefined) continue;
      kept.memory.add(fingerprint(text), now);
      kept.position = position;
      kept.isChanged = true;
      this.#scheduleSave();
    }
  }

  /** Whether this was sent by us. */
  recognises(codec: Codec<unknown>, native: unknown): boolean {
    const kept = codec.echoText === undefined ? undefined : this.#byDialect.get(codec.dialect);
    if (kept === undefined || kept.memory.size === 0) return false;
    const text = textOf(codec, native);
    return text !== undefined && kept.memory.has(fingerprint(text), this.#scope.clock.now());
  }

  /** Takes over what was remembered before the restart. */
  async restore(): Promise<void> {
    for (const [dialect, { memory }] of this.#byDialect) {
      const saved = await this.#scope.journal.checkpoints.load(checkpointName(dialect));
      if (saved !== undefined) memory.restore(saved.value);
    }
  }

  /** Writes down what has changed. */
  async save(): Promise<void> {
    this.#cancelSave?.();
    this.#cancelSave = undefined;
    for (const [dialect, kept] of this.#byDialect) {
      const { memory, position, isChanged } = kept;
      if (!isChanged || position === undefined) continue;
      kept.isChanged = false;
      await this.#write(checkpointName(dialect), position, memory);
    }
  }

  /** Leaves no timer. */
  close(): void {
    this.#isClosed = true;
    this.#cancelSave?.();
  }

  #scheduleSave(): void {
    if (this.#isClosed) return;
    this.#cancelSave ??= this.#scope.clock.after(ECHO_SAVE_MS, () => {
      this.#cancelSave = undefined;
      void this.save();
    });
  }

  /** Without it an echo may pass once after a restart; then it is known again. */
  async #write(name: string, position: Position, memory: EchoMemory): Promise<void> {
    try {
      await this.#scope.journal.checkpoints.save(name, position, memory.checkpoint());
    } catch (thrown) {
      const error = asError(thrown);
      if (this.#isClosed) return;
      if (isJournalLost(error)) this.#scope.fatal(error);
      else this.#scope.logger.warn({ checkpoint: name, code: codeOf(error) }, error.message);
    }
  }
}

/** A codec that breaks its promise not to throw says nothing. */
function textOf(codec: Codec<unknown>, native: unknown): string | undefined {
  try {
    return codec.echoText?.(native);
  } catch {
    return undefined;
  }
}

function checkpointName(dialect: string): string {
  return `echoes/${dialect}`;
}
