/** The durable log of what Viaduct has accepted: the interface. Homes: `./sqlite`, `./memory`. */
export {
  JOURNAL_ERRORS,
  JournalError,
  type JournalErrorCode,
  type JournalErrorOptions,
  type PositionRange,
} from './errors.ts';
export type {
  AppendResult,
  Attempt,
  BackupOptions,
  BackupProgress,
  BackupSummary,
  Checkpoints,
  Claimed,
  Damage,
  DeadLetter,
  DeadLetterFilter,
  DeadLetters,
  Entry,
  Gap,
  Journal,
  JournalStats,
  NativeRecord,
  NewDeadLetter,
  NewGap,
  Position,
  ReplayMark,
  Stage,
  Standing,
  StartFrom,
  StoredEntry,
  SubscribeOptions,
  Subscription,
  SubscriptionLag,
} from './journal.ts';
export { JOURNAL_DEFAULTS, type JournalLimits, type JournalOptions } from './options.ts';
export type { WhenFull } from './options.ts';
