/** Options of the embedded journal. */
import { JOURNAL_DEFAULTS, type JournalOptions } from '../options.ts';

/** Options of `openJournal`. */
export interface SqliteJournalOptions extends JournalOptions {
  /** The data folder; made with mode 0700 if it is missing. */
  readonly folder: string;
  /** A new segment begins beyond this; at most a quarter of `retentionBytes`. */
  readonly segmentBytes?: number;
  /** A new segment begins beyond this age, so that retention by age has something to throw away. */
  readonly segmentMs?: number;
  /**
   * Positions between a sink's mark and the highest it has settled; beyond it the head is parked.
   */
  readonly spanMax?: number;
  /** Memory, about, for the entries appended last, for sinks that keep up. */
  readonly tailBytesMax?: number;
  /** What may be on its way to the disk; further appends wait. */
  readonly appendBytesMax?: number;
  /** One read from the disk, for a sink that is behind. */
  readonly pageBytesMax?: number;
  /** How long settles are gathered before they are written together. */
  readonly settleDelayMs?: number;
  /** When settles found no room on the disk: how long until they are tried again. */
  readonly settleRetryMs?: number;
  /** How often age is looked at when nothing is appended. */
  readonly maintenanceMs?: number;
}

/** {@link SqliteJournalOptions} with every figure filled in. */
export type SqliteJournalLimits = Required<SqliteJournalOptions>;

/** Retention throws away whole segments: it needs a few of them within its bytes. */
const SEGMENTS_MIN = 4;

/** The defaults beyond {@link JOURNAL_DEFAULTS}. */
export const SQLITE_DEFAULTS: Omit<SqliteJournalLimits, 'clock' | 'folder'> = {
  ...JOURNAL_DEFAULTS,
  segmentBytes: 256 * 1024 ** 2,
  segmentMs: 3_600_000,
  spanMax: 65_536,
  tailBytesMax: 16 * 1024 ** 2,
  appendBytesMax: 32 * 1024 ** 2,
  pageBytesMax: 4 * 1024 ** 2,
  settleDelayMs: 10,
  settleRetryMs: 1000,
  maintenanceMs: 60_000,
};

/** Fills in what is missing. */
export function limitsOf(options: SqliteJournalOptions): SqliteJournalLimits {
  const limits = { ...SQLITE_DEFAULTS, ...options };
  const segmentBytesMax = Math.floor(limits.retentionBytes / SEGMENTS_MIN);
  return { ...limits, segmentBytes: Math.min(limits.segmentBytes, segmentBytesMax) };
}
