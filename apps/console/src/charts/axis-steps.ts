/** How far apart the marks of an axis may be, so that they read as people count. */

/** Whole things: 1, 2, 5, 10, 20 … */
export const COUNT_STEPS: readonly number[] = Array.from(
  { length: 12 },
  (_, power) => 10 ** power,
).flatMap((unit) => [unit, 2 * unit, 5 * unit]);

/** Bytes: powers of two, so that a mark says `512.0 KiB` and not `488.3 KiB`. */
export const BYTE_STEPS: readonly number[] = Array.from({ length: 50 }, (_, power) => 2 ** power);

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Milliseconds: those of clocks and calendars. */
export const DURATION_STEPS_MS: readonly number[] = [
  ...[0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 30_000],
  ...[1, 2, 5, 10, 20, 30].map((minutes) => minutes * MINUTE_MS),
  ...[1, 2, 6, 12].map((hours) => hours * HOUR_MS),
  ...[1, 2, 5, 10, 30, 100].map((days) => days * DAY_MS),
];
