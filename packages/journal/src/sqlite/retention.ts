/** Which segments go: pure, from what there is, what is owed, and how much may be kept. */
import type { JournalStats, Position } from '../journal.ts';
import type { JournalLimits } from '../options.ts';
import type { SegmentInfo } from './protocol.ts';

/** What is to be done. */
export interface RetentionPlan {
  /** Segments to unlink that nobody is owed anything of. */
  readonly free: readonly SegmentInfo[];
  /** Segments to unlink although a sink is still owed some of it; only with `drop`. */
  readonly owed: readonly SegmentInfo[];
  /** There is still too much: nothing may be appended. */
  readonly isFull: boolean;
}

/** Limits that retention looks at. */
export type RetentionLimits = Pick<JournalLimits, 'retentionMs' | 'retentionBytes' | 'whenFull'>;

/** Plans from oldest to newest; the newest segment, which is written, always stays. */
export function planRetention(
  segments: readonly SegmentInfo[],
  limits: RetentionLimits,
  now: number,
  isOwed: (segment: SegmentInfo) => boolean,
): RetentionPlan {
  const sealed = segments.filter((segment) => segment.sealed);
  // What is in a segment is as young as the one that follows it is old.
  const sealedAt = new Map(segments.map((one, i) => [one, segments[i + 1]?.openedAt ?? now]));
  const isOld = (one: SegmentInfo): boolean =>
    (sealedAt.get(one) ?? now) < now - limits.retentionMs;
  let bytes = totalBytes(segments);
  const take = (among: readonly SegmentInfo[]): SegmentInfo[] =>
    among.filter((segment) => {
      if (!isOld(segment) && bytes < limits.retentionBytes) return false;
      bytes -= segment.bytes;
      return true;
    });
  const needed = new Set(sealed.filter(isOwed));
  const free = take(sealed.filter((segment) => !needed.has(segment)));
  const owed = limits.whenFull === 'drop' ? take([...needed]) : [];
  return { free, owed, isFull: bytes >= limits.retentionBytes };
}

/** What segments take together. */
export function totalBytes(segments: readonly SegmentInfo[]): number {
  return segments.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** What the segments hold, for `stats`. */
export function retentionStats(
  segments: readonly SegmentInfo[],
): Pick<JournalStats, 'entries' | 'bytes' | 'first' | 'last'> {
  const filled = segments.filter(({ first, last }) => last >= first);
  return {
    entries: filled.reduce((sum, { first, last }) => sum + last - first + 1, 0),
    bytes: totalBytes(segments),
    first: filled[0]?.first as Position | undefined,
    last: filled.at(-1)?.last as Position | undefined,
  };
}
