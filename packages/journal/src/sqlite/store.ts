/**
 * The journal on the disk, as the worker has it: lock, state file, segments, and the window of
 * keys. Everything here is synchronous, and on the disk when it returns.
 */
import { existsSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { JournalError, type PositionRange } from '../errors.ts';
import type { Damage, Gap, NewGap } from '../journal.ts';
import { AnsweredNote } from './answered-note.ts';
import { DedupeWindow } from './dedupe-window.ts';
import { scanIndex } from './index-scan.ts';
import { lockFolder } from './lock.ts';
import { unpackTexts } from './packed-texts.ts';
import { PositionRanges } from './position-ranges.ts';
import { remnantIn, requireJournal, WHAT_TO_DO } from './presence.ts';
import type {
  AppendCommand,
  Appended,
  Asks,
  Opened,
  SegmentInfo,
  SubscriptionRow,
  WorkerOptions,
  WriteCommand,
} from './protocol.ts';
import { stateFile } from './schema.ts';
import { SegmentChain } from './segment-chain.ts';
import { batchOf } from './segment.ts';
import { isCorrupt } from './sqlite-error.ts';
import { StateFile } from './state-file.ts';

/** Write-ahead logs are moved into their files beyond this: small, so that no move takes long. */
const LOG_BYTES_MAX = 4 * 1024 ** 2;

/** State is rewritten in place: its log repeats the same pages, a transaction about this many. */
const STATE_WRITES_MAX = 200;

const EMPTY = new Uint8Array();

/** See the file's comment. */
export class Store {
  readonly state: StateFile;
  readonly chain: SegmentChain;
  readonly #options: WorkerOptions;
  readonly #lock: DatabaseSync;
  readonly #answered: AnsweredNote;
  readonly #dedupe: DedupeWindow;
  #logBytes = 0;
  #stateWrites = 0;
  #segmentsChanged = false;

  constructor(options: WorkerOptions) {
    this.#options = options;
    this.#lock = lockFolder(options.folder, options.now);
    let answered: AnsweredNote | undefined;
    try {
      answered = new AnsweredNote(options.folder);
      this.state = openState(options.folder);
      this.chain = new SegmentChain(options.folder, this.state, 'own');
      this.chain.recover(options.now, answered.read());
      this.#secure(answered);
    } catch (error) {
      answered?.close();
      this.#lock.close();
      throw error;
    }
    this.#answered = answered;
    this.#dedupe = new DedupeWindow(options.dedupeWindowMs, options.dedupeMax);
  }

  /** The note is on the disk before anything can be lost that only it would tell of. */
  #secure(answered: AnsweredNote): void {
    if (!answered.secure(this.chain.last) || this.state.isNoted) return;
    this.state.transaction(() => this.state.setNoted());
  }

  /** What the main thread has to know; reads the index of all that may be owed. */
  open(): Opened {
    const { state, chain } = this;
    const stored = state.subscriptions();
    const oldestMark = Math.min(chain.last, ...stored.map(({ mark }) => mark));
    const youngKeys = this.#options.now - this.#options.dedupeWindowMs;
    const from = Math.min(oldestMark + 1, chain.firstSince(youngKeys));
    const scan = scanIndex(chain.batches(from), stored, ({ at, keys }) => {
      for (const [, key] of keys) if (at > youngKeys) this.#dedupe.note(key, at);
    });
    this.#recordLost(scan.lost);
    return {
      brokerId: state.brokerId,
      last: chain.last,
      segments: chain.segments,
      subscriptions: stored.map((row) => ({ ...row, owed: owedOf(scan.owed.get(row.name)) })),
      times: scan.times,
      gaps: state.gaps.list(),
      damage: this.#damage(scan.lost),
    };
  }

  /**
   * One transaction, one sync, for all of these; on an error nothing of it happened. Where the
   * segment turns out to be damaged they go into a new one.
   */
  append(commands: readonly AppendCommand[]): Appended[] {
    const now = commands[0]?.at ?? 0;
    const { segmentBytes, segmentMs } = this.#options;
    if (this.chain.rollIfDue(now, segmentBytes, segmentMs)) this.#segmentsChanged = true;
    try {
      return this.#append(commands);
    } catch (error) {
      if (!isCorrupt(error)) throw error;
      this.chain.abandon(now);
      this.#segmentsChanged = true;
      return this.#append(commands);
    }
  }

  #append(commands: readonly AppendCommand[]): Appended[] {
    const most = commands.reduce((sum, { count }) => sum + count, this.chain.last);
    this.chain.reserve(most);
    const segment = this.chain.writable;
    const fresh: string[] = [];
    let next = segment.last + 1;
    segment.begin();
    try {
      const results = commands.map((command) => {
        const first = next;
        const { kept, duplicates } = this.#sift(command, fresh);
        const texts = unpackTexts(command.texts);
        for (const index of kept) {
          segment.insert(next, texts[2 * index] ?? EMPTY, texts[2 * index + 1] ?? null);
          next += 1;
        }
        if (kept.length > 0) segment.insertBatch(batchOf(command, kept, first));
        this.#logBytes += command.bytes;
        return { first, duplicates };
      });
      segment.commit(next - 1);
      this.#answered.write(next - 1);
      return results;
    } catch (error) {
      segment.rollback();
      for (const key of fresh) this.#dedupe.forget(key);
      throw error;
    }
  }

  /** What sinks have done, as one transaction. */
  write(commands: readonly WriteCommand[]): void {
    this.state.transaction(() => {
      for (const { acknowledged, subscriptions, letters } of commands) {
        this.state.setAcknowledged(acknowledged);
        for (const one of subscriptions) this.state.writeSubscription(one);
        for (const letter of letters) this.state.letters.add(letter);
      }
    });
    this.#stateWrites += 1;
  }

  subscribe({ name, from, past }: Asks['subscribe'][0]): SubscriptionRow {
    const mark = this.#markFor(from);
    const pastUntil = past === 'everything' ? this.chain.last : 0;
    this.state.transaction(() => {
      this.state.putSubscription(name, mark, pastUntil);
    });
    const made = { name, pastUntil };
    const scan = scanIndex(this.chain.batches(mark + 1), [made], () => undefined);
    const owed = owedOf(scan.owed.get(name));
    return { ...made, retired: false, mark, settled: new Uint8Array(), parked: [], owed };
  }

  /** Returns the gaps as they are recorded. */
  unlink(firsts: readonly number[], gaps: readonly NewGap[]): Gap[] {
    let recorded: Gap[] = [];
    this.chain.unlink(firsts, () => {
      recorded = gaps.flatMap((gap) => this.state.gaps.add(gap) ?? []);
    });
    this.#segmentsChanged = true;
    return recorded;
  }

  roll(now: number): void {
    const rolled = this.chain.rollIfDue(now, Infinity, this.#options.segmentMs);
    if (rolled) this.#segmentsChanged = true;
  }

  /** All segments, if that list changed since the last time this was asked. */
  takeChangedSegments(): readonly SegmentInfo[] | undefined {
    if (!this.#segmentsChanged) return undefined;
    this.#segmentsChanged = false;
    return this.chain.segments;
  }

  /** Called when the answers are out: nobody waits for this. */
  tidyLogs(): void {
    if (this.#logBytes > LOG_BYTES_MAX) {
      this.chain.writable.checkpoint();
      this.#logBytes = 0;
    }
    if (this.#stateWrites > STATE_WRITES_MAX) {
      this.state.checkpointLog();
      this.#stateWrites = 0;
    }
  }

  /** Leaves plain files without logs, and gives the lock back last. */
  close(): void {
    const { last } = this.chain;
    if (this.state.acknowledged < last || this.state.reserved > last) {
      // What was reserved and not used is given back: so the state file alone knows the end.
      this.state.transaction(() => {
        this.state.setAcknowledged(last);
        this.state.setReserved(last);
      });
    }
    this.chain.close();
    this.state.close();
    this.#answered.close();
    this.#lock.close();
  }

  /** All that cannot be read, as ranges: whole segments, and what is lost within others. */
  #damage(lost: readonly PositionRange[]): Damage[] {
    const segments = this.chain.damaged;
    const within = lost.filter(
      ({ first }) => !segments.some((one) => one.position <= first && first <= one.last),
    );
    return [
      ...segments.map(({ position, last, damage }) => ({ first: position, last, reason: damage })),
      ...within.map(({ first, last }) => {
        const row = this.chain.get(first);
        return { first, last, reason: 'damage' in row ? row.damage : 'it is not whole' };
      }),
    ].sort((one, other) => one.first - other.first);
  }

  /** Which entries of a call are new; their keys are remembered, and noted in `fresh`. */
  #sift(command: AppendCommand, fresh: string[]): { kept: number[]; duplicates: number[] } {
    const kept: number[] = [];
    const duplicates: number[] = [];
    for (let index = 0; index < command.count; index += 1) {
      const key = command.keys?.[index] ?? null;
      if (key !== null) {
        const isCompared = command.unseen?.[index] !== true;
        if (isCompared && this.#dedupe.isDuplicate(key, command.at)) {
          duplicates.push(index);
          continue;
        }
        this.#dedupe.note(key, command.at);
        fresh.push(key);
      }
      kept.push(index);
    }
    return { kept, duplicates };
  }

  #markFor(from: 'now' | 'start' | { readonly at: number }): number {
    if (from === 'now') return this.chain.last;
    const oldest = this.chain.segments[0]?.first ?? 1;
    if (from === 'start') return oldest - 1;
    for (const batch of this.chain.batches(this.chain.firstSince(from.at))) {
      if ('at' in batch && batch.at >= from.at) return batch.first - 1;
    }
    return this.chain.last;
  }

  /** Whoever may have been owed what is lost is told so, a retired one when it comes back. */
  #recordLost(lost: readonly PositionRange[]): void {
    if (lost.length === 0) return;
    this.state.transaction(() => {
      for (const { name, mark } of this.state.subscriptions()) {
        for (const { first, last } of lost) {
          if (last <= mark) continue;
          this.state.gaps.add({
            subscription: name,
            first: Math.max(first, mark + 1) as Gap['first'],
            last: last as Gap['last'],
            entries: undefined,
            at: this.#options.now,
            reason: 'damaged',
          });
        }
      }
    });
  }
}

function owedOf(ranges: PositionRanges | undefined): Float64Array {
  return (ranges ?? new PositionRanges()).toArray();
}

/** A folder with segments but without its state file is no new folder. */
function openState(folder: string): StateFile {
  const file = stateFile(folder);
  if (existsSync(file)) {
    const state = new StateFile(folder, 'own');
    const problems = state.problems();
    if (problems.length === 0) return state;
    state.close();
    throw new JournalError(
      'VIA_JOURNAL_DAMAGED',
      `${file} is damaged, so what is owed to whom would be a guess: ${problems.join('; ')}. ` +
        WHAT_TO_DO,
    );
  }
  if (remnantIn(folder) !== undefined) requireJournal(folder);
  return new StateFile(folder, 'create');
}
