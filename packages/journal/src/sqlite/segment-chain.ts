/**
 * All segment files of a folder, oldest first, as one log. The newest takes what is appended; the
 * others are sealed, opened when somebody reads them, and unlinked whole.
 */
import { existsSync, statSync } from 'node:fs';
import { JournalError, type PositionRange } from '../errors.ts';
import { IN_DOUBT } from './answered-note.ts';
import type { DamagedRow, EntryRow, SegmentInfo } from './protocol.ts';
import { segmentFile, type Access } from './schema.ts';
import { Segment, type Batch, type LostBatch } from './segment.ts';
import type { SegmentRow, StateFile } from './state-file.ts';
import { adoptStrangers, finishUnlinking } from './strangers.ts';

/** Sealed segments kept open for reading. */
const OPEN_MAX = 8;

/**
 * Positions given out ahead in the state file: one sync for so many events. An end that is lost
 * with all that tells of it is in doubt by at most as many.
 */
export const RESERVE = 10_000;

interface Link {
  readonly first: number;
  /** Of a sealed one; the newest knows its own. */
  last: number | undefined;
  readonly openedAt: number;
  bytes: number;
  /** Why the file cannot be read. */
  damage: string | undefined;
}

/** See the file's comment. Owned by one thread; a reader's has `access` other than `own`. */
export class SegmentChain {
  readonly #folder: string;
  readonly #state: StateFile;
  readonly #access: Access;
  readonly #open = new Map<number, Segment>();
  #links: Link[] = [];
  #newest: Segment | undefined;
  #doubt: PositionRange | undefined;

  constructor(folder: string, state: StateFile, access: Access) {
    this.#folder = folder;
    this.#state = state;
    this.#access = access;
  }

  /** The last position given out. */
  get last(): number {
    return this.#newest?.last ?? (this.#links.at(-1)?.first ?? 1) - 1;
  }

  get segments(): SegmentInfo[] {
    return this.#links.map((link) => this.#infoOf(link));
  }

  /** Segments that cannot be read at all, and why. */
  get damaged(): DamagedRow[] {
    return this.#links.flatMap((link) => {
      const { first, damage } = link;
      return damage === undefined ? [] : [{ position: first, last: this.#lastOf(link), damage }];
    });
  }

  get newest(): SegmentInfo | undefined {
    const link = this.#links.at(-1);
    return link && this.#infoOf(link);
  }

  /**
   * Owner: finishes what a crash left half done, opens what is there, begins a new one if need be.
   * Positions up to `answered` were given out; `undefined` where the note of it is lost.
   */
  recover(now: number, answered: number | undefined): void {
    finishUnlinking(this.#folder, this.#state);
    const reserved = Math.max(this.#state.reserved, answered ?? 0);
    if (reserved > this.#state.reserved) {
      this.#state.transaction(() => this.#state.setReserved(reserved));
    }
    adoptStrangers(this.#folder, this.#state, reserved);
    this.#links = this.#state.segments().map((row) => this.#linkOf(row));
    for (const link of this.#links) link.damage = this.#tryOpen(link.first);
    const known = this.#links.at(-1);
    const newest = known ?? this.#begin(1, now);
    const isUsable = this.#takeUp(newest, answered) && (known !== undefined || reserved === 0);
    // Nobody can say any more which of the reserved positions were used, so none is used again.
    if (!isUsable) this.#begin(Math.max(reserved, this.#lastOf(newest)) + 1, now);
  }

  /**
   * Opens the newest segment, if it can be; says whether it can be appended to. What was given out
   * after its last entry is expected in it from now on: where it is missing that is damage.
   */
  #takeUp(newest: Link, answered: number | undefined): boolean {
    const isSealed = newest.last !== undefined;
    if (newest.damage !== undefined && !isSealed) return false; // Sealed at all that is reserved.
    let isSound = false;
    if (!isSealed) {
      this.#newest = this.#segment(newest.first);
      this.#open.delete(newest.first);
      isSound = this.#newest.isSound;
    }
    const last = this.#lastOf(newest);
    const end = this.#state.endBy(answered);
    if (last >= end) return isSound;
    if (answered === undefined) this.#doubt = { first: last + 1, last: end };
    if (newest.damage === undefined) this.#segment(newest.first).expect(end);
    if (isSealed) {
      newest.last = end;
      this.#state.transaction(() => this.#state.putSegment(rowOf(newest, end)));
    }
    return isSound && answered !== undefined;
  }

  /** Reader: looks again which segments there are and where the newest ends. */
  reload(): void {
    this.#links = this.#state.segments().flatMap((row) => {
      return row.fate === 'unlinking' ? [] : [this.#linkOf(row)];
    });
    const newest = this.#links.at(-1);
    if (this.#newest !== undefined && this.#newest.first !== newest?.first) {
      this.#open.set(this.#newest.first, this.#newest);
      this.#newest = undefined;
    }
    if (newest === undefined) return;
    newest.damage = this.#tryOpen(newest.first);
    if (newest.damage === undefined) {
      this.#newest = this.#segment(newest.first);
      this.#open.delete(newest.first);
      this.#newest.refresh(this.#state.reserved);
    } else {
      newest.last ??= this.#state.reserved;
    }
  }

  /** The segment to append to. */
  get writable(): Segment {
    if (this.#newest === undefined) throw new Error('a reader does not append');
    return this.#newest;
  }

  /**
   * Starts a new segment when the newest holds more than `bytesMax` or is older than `ageMsMax`.
   */
  rollIfDue(now: number, bytesMax: number, ageMsMax: number): boolean {
    const link = this.#links.at(-1);
    if (link === undefined || this.last < link.first) return false;
    if (this.writable.bytes < bytesMax && now - link.openedAt < ageMsMax) return false;
    this.#begin(this.last + 1, now);
    return true;
  }

  /**
   * Ends the newest where it is, because it can take no more: SQLite found its structure damaged.
   * What is in it stays as readable as it is.
   */
  abandon(now: number): void {
    this.#begin(Math.max(this.#state.reserved, this.last) + 1, now);
  }

  /** Positions up to `last` are about to be given out. */
  reserve(last: number): void {
    if (last <= this.#state.reserved) return;
    this.#state.transaction(() => {
      this.#state.setReserved(last + RESERVE);
    });
  }

  /** Unlinks whole segments. `alongside` is durable before the first file goes. */
  unlink(firsts: readonly number[], alongside: () => void): void {
    const going = this.#links.filter(({ first }) => firsts.includes(first));
    this.#state.transaction(() => {
      for (const { first, last = first, openedAt } of going) {
        this.#state.putSegment({ first, last, openedAt, fate: 'unlinking' });
        this.#state.unparkRange(first, last);
      }
      alongside();
    });
    this.#links = this.#links.filter((link) => !going.includes(link));
    for (const { first } of going) {
      this.#open.get(first)?.close();
      this.#open.delete(first);
    }
    finishUnlinking(this.#folder, this.#state);
  }

  /** The entry at a position, or why it cannot be had. */
  get(position: number): EntryRow {
    const link = this.#links.findLast(({ first }) => first <= position);
    if (link === undefined || position > this.#lastOf(link)) {
      return { position, last: position, damage: 'its segment is not there any more' };
    }
    const row = this.#damageOf(link, position) ?? this.#segment(link.first).get(position);
    if (!('damage' in row) || this.#doubt === undefined) return row;
    const { first, last } = this.#doubt;
    return first <= position && position <= last ? { ...row, damage: IN_DOUBT } : row;
  }

  /** Entries after a position, in order; damage only as the first row, with all of its extent. */
  read(after: number, max: number, bytesMax: number): EntryRow[] {
    const rows: EntryRow[] = [];
    let bytes = 0;
    for (const link of this.#links) {
      const last = this.#lastOf(link);
      for (let position = Math.max(after + 1, link.first); position <= last; position += 1) {
        const row = this.get(position);
        if ('damage' in row) {
          if (rows.length > 0) return rows;
          return [link.damage === undefined ? this.#extend(row, last) : { ...row, last }];
        }
        bytes += row.head.length + (row.native?.length ?? 0);
        if (rows.length === max || (rows.length > 0 && bytes > bytesMax)) return rows;
        rows.push(row);
      }
    }
    return rows;
  }

  /** Entries before a position, the latest first; damage as rows with their extent. */
  readBack(before: number, max: number, bytesMax: number): EntryRow[] {
    const rows: EntryRow[] = [];
    let bytes = 0;
    for (const link of this.#links.toReversed()) {
      for (let position = Math.min(before - 1, this.#lastOf(link)); position >= link.first;) {
        const row = this.get(position);
        const isWhole = !('damage' in row);
        if (isWhole) bytes += row.head.length + (row.native?.length ?? 0);
        if (rows.length === max || (rows.length > 0 && bytes > bytesMax)) return rows;
        const first = isWhole ? position : this.#damagedSince(link, position);
        rows.push(isWhole ? row : { ...row, position: first, last: position });
        position = first - 1;
      }
    }
    return rows;
  }

  /**
   * Of up to `max` entries before a position those whose head holds a text, the latest first, and
   * the lowest position looked at; below 1 at the end.
   */
  findBack(text: string, before: number, max: number): { rows: EntryRow[]; first: number } {
    const link = this.#links.findLast(({ first }) => first < before);
    if (link === undefined) return { rows: [], first: 0 };
    const last = Math.min(before - 1, this.#lastOf(link));
    const first = Math.max(link.first, last - max + 1);
    if (this.#damageOf(link, first) !== undefined) return { rows: [], first: link.first };
    const found = this.#segment(link.first).find(text, first, last);
    return { rows: found.map((position) => this.get(position)), first };
  }

  /** The index of all segments from a position on. */
  *batches(from: number): Iterable<Batch | LostBatch> {
    for (const link of this.#links) {
      const last = this.#lastOf(link);
      if (last < from) continue;
      const start = Math.max(from, link.first);
      const damage = this.#damageOf(link, start);
      if (damage === undefined) yield* this.#segment(link.first).batches(start);
      else if (last >= start) yield { ...damage, first: start, count: last - start + 1 };
    }
  }

  /** The first position of the oldest segment that may hold entries as young as `at`. */
  firstSince(at: number): number {
    const older = this.#links.findLastIndex(({ openedAt }) => openedAt < at);
    return this.#links[Math.max(older, 0)]?.first ?? 1;
  }

  close(): void {
    for (const segment of this.#open.values()) segment.close();
    this.#open.clear();
    this.#newest?.close();
  }

  #infoOf(link: Link): SegmentInfo {
    const isNewest = link === this.#links.at(-1) && this.#newest !== undefined;
    return {
      first: link.first,
      last: this.#lastOf(link),
      bytes: isNewest ? (this.#newest?.bytes ?? 0) : link.bytes,
      openedAt: link.openedAt,
      sealed: !isNewest,
    };
  }

  #lastOf(link: Link): number {
    if (link.last !== undefined) return link.last;
    return this.#newest?.first === link.first ? this.#newest.last : link.first - 1;
  }

  /** Seals the newest and puts an empty one after it: one transaction in the state file. */
  #begin(first: number, now: number): Link {
    const previous = this.#links.at(-1);
    const segment = new Segment(this.#folder, first, 'create', first - 1);
    const last = previous?.last ?? this.#newest?.last ?? first - 1;
    this.#state.transaction(() => {
      if (previous !== undefined) this.#state.putSegment(rowOf(previous, last));
      this.#state.putSegment({ first, last: null, openedAt: now, fate: 'kept' });
    });
    if (previous !== undefined) {
      previous.last = last;
      previous.bytes = this.#newest?.bytes ?? previous.bytes;
    }
    this.#newest?.close();
    this.#newest = segment;
    const link: Link = { first, last: undefined, openedAt: now, bytes: 0, damage: undefined };
    this.#links.push(link);
    return link;
  }

  /** Opens a segment, the least recently used of the others goes. */
  #segment(first: number): Segment {
    if (this.#newest?.first === first) return this.#newest;
    let segment = this.#open.get(first);
    if (segment === undefined) {
      const last = this.#links.find((link) => link.first === first)?.last;
      const limit = last ?? Math.max(this.#state.reserved, first - 1);
      segment = new Segment(this.#folder, first, this.#access, limit);
      if (last !== undefined) segment.expect(last);
    }
    this.#open.delete(first);
    this.#open.set(first, segment);
    for (const [oldest, unused] of this.#open) {
      if (this.#open.size <= OPEN_MAX) break;
      unused.close();
      this.#open.delete(oldest);
    }
    return segment;
  }

  #linkOf(row: SegmentRow): Link {
    const file = segmentFile(this.#folder, row.first);
    return {
      first: row.first,
      last: row.last ?? undefined,
      openedAt: row.openedAt,
      bytes: existsSync(file) ? statSync(file).size : 0,
      damage: undefined,
    };
  }

  #damageOf(link: Link, position: number): DamagedRow | undefined {
    link.damage ??= this.#tryOpen(link.first);
    return link.damage === undefined
      ? undefined
      : { position, last: position, damage: link.damage };
  }

  /** Why a segment cannot be opened. One from the future is no damage but a reason to stop. */
  #tryOpen(first: number): string | undefined {
    try {
      this.#segment(first);
      return undefined;
    } catch (error) {
      if (error instanceof JournalError && error.code === 'VIA_JOURNAL_SCHEMA_NEWER') throw error;
      return error instanceof Error ? error.message : String(error);
    }
  }

  #extend(row: DamagedRow, last: number): DamagedRow {
    let end = Math.min(row.last, last);
    while (end < last) {
      const next = this.get(end + 1);
      if (!('damage' in next)) break;
      end = Math.min(next.last, last);
    }
    return { ...row, last: end };
  }

  /** The first position of the damage that ends at a position: of the file, or of a hole in it. */
  #damagedSince(link: Link, position: number): number {
    return link.damage === undefined
      ? this.#segment(link.first).missingSince(position)
      : link.first;
  }
}

function rowOf(link: Link, last: number): SegmentRow {
  const { first, openedAt, damage } = link;
  return { first, last, openedAt, fate: damage === undefined ? 'kept' : 'damaged' };
}
