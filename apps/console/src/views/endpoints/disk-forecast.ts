/** When the disk of the journal will be full, from how the last hour went. */
import type { JournalBody, PacePoint, StorePoint } from '@viaduct/broker/admin-api';

/** A shorter course says nothing, milliseconds. */
export const COURSE_MIN_MS: number = 5 * 60_000;

/** Slower than this is no growth, bytes a second: 86 MB a day. */
const NOISE_BYTES_PER_S = 1_000;

/**
 * How much of the ups and downs a straight line has to explain before it is believed: what comes
 * and goes (a build, a backup that is made and moved) has a slope, too, and fills no disk.
 */
const EXPLAINED_MIN = 0.5;

/** What is to be expected. */
export type DiskForecast =
  | { readonly kind: 'unknown'; readonly why: 'too-early' | 'no-disk' }
  /** Neither the journal nor anything else takes more and more; so much was free at any time. */
  | { readonly kind: 'steady'; readonly leastFreeBytes: number }
  /** Retention ends the journal's growth before the disk is full. */
  | { readonly kind: 'bounded'; readonly atBytes: number; readonly bytesPerSecond: number }
  | { readonly kind: 'full'; readonly inMs: number; readonly bytesPerSecond: number };

type Limits = Pick<JournalBody, 'bytes' | 'diskFreeBytes' | 'retentionBytes' | 'retentionMs'>;

/**
 * Two rates are told apart: the journal's, which ends at its retention (its bytes, or what comes in
 * during its time), and what everything else on the disk takes, which nothing here ends. Where
 * that comes and goes, the least that was free in the last hour is what there is.
 */
export function diskForecast(points: readonly PacePoint[], limits: Limits): DiskForecast {
  const { bytes, diskFreeBytes: free, retentionBytes, retentionMs } = limits;
  if (free === undefined) return { kind: 'unknown', why: 'no-disk' };
  const known = points.flatMap(({ at, journal }) =>
    journal === undefined ? [] : [{ at, journal }],
  );
  const [first, last] = [known[0], known.at(-1)];
  if (first === undefined || last === undefined || last.at - first.at < COURSE_MIN_MS) {
    return { kind: 'unknown', why: 'too-early' };
  }
  const own = Math.max(0, line(known, ({ bytes: size }) => size).slope);
  const others = line(known, ({ bytes: size, diskFreeBytes = free }) => -diskFreeBytes - size);
  const isCourse = others.explained >= EXPLAINED_MIN;
  const foreign = isCourse ? Math.max(0, others.slope) : 0;
  const leastFree = Math.min(free, ...known.map(({ journal }) => journal.diskFreeBytes ?? free));
  const countedOn = isCourse ? free : leastFree;
  const bytesPerSecond = own + foreign;
  if (bytesPerSecond < NOISE_BYTES_PER_S) return { kind: 'steady', leastFreeBytes: leastFree };
  const ceiling = Math.min(retentionBytes, Math.max(bytes, (own * retentionMs) / 1000));
  const room = Math.max(0, ceiling - bytes);
  const untilCeiling = own === 0 ? 0 : room / own;
  const freeThen = countedOn - untilCeiling * bytesPerSecond;
  if (freeThen <= 0) {
    return { kind: 'full', inMs: (countedOn / bytesPerSecond) * 1000, bytesPerSecond };
  }
  if (foreign >= NOISE_BYTES_PER_S) {
    const seconds = untilCeiling + freeThen / foreign;
    return { kind: 'full', inMs: seconds * 1000, bytesPerSecond };
  }
  return { kind: 'bounded', atBytes: ceiling, bytesPerSecond };
}

/** Of least squares: how much it rises a second, and what part of the ups and downs it explains. */
function line(
  points: readonly { readonly at: number; readonly journal: StorePoint }[],
  valueOf: (point: StorePoint) => number,
): { readonly slope: number; readonly explained: number } {
  const origin = points[0]?.at ?? 0;
  const pairs = points.map(({ at, journal }) => [(at - origin) / 1000, valueOf(journal)] as const);
  const meanX = pairs.reduce((sum, [x]) => sum + x, 0) / pairs.length;
  const meanY = pairs.reduce((sum, [, y]) => sum + y, 0) / pairs.length;
  const together = pairs.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0);
  const ofX = pairs.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  const ofY = pairs.reduce((sum, [, y]) => sum + (y - meanY) ** 2, 0);
  if (ofX === 0 || ofY === 0) return { slope: 0, explained: 1 };
  return { slope: together / ofX, explained: together ** 2 / (ofX * ofY) };
}
