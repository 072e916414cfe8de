/** Times and durations of case files. */
import type { JsonValue } from '@viaduct/core';
import type { Path } from '../config/path.ts';
import type { Report } from '../config/problem.ts';
import { show } from '../config/validate.ts';

const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

const DURATION = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/;

/** With its zone: a case must mean the same on every machine. */
const TIME = /^\d{4}-\d{2}-\d{2}T[\d:.]+(Z|[+-]\d{2}:\d{2})$/;

/** Milliseconds of `250ms`, `5s`, `10m`, `2h`, `1d`; reported where it is none. */
export function durationOf(
  written: JsonValue | undefined,
  path: Path,
  report: Report,
): number | undefined {
  if (written === undefined) return undefined;
  const [, amount = '', unit = ''] = DURATION.exec(textOf(written)) ?? [];
  const unitMs = UNIT_MS[unit];
  if (unitMs !== undefined) return Number(amount) * unitMs;
  const advice = 'Write it like 250ms, 5s, 10m, 2h or 1d.';
  report.add('VIA_BROKER_CASE', path, `${show(written)} is no duration`, advice);
  return undefined;
}

/** Milliseconds since the epoch; reported where it is no time. */
export function readTime(
  written: JsonValue | undefined,
  path: Path,
  report: Report,
): number | undefined {
  if (written === undefined) return undefined;
  const text = textOf(written);
  const at = TIME.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(at)) return at;
  const advice = 'Write it with its zone, like 2026-01-31T12:00:00Z.';
  report.add('VIA_BROKER_CASE', path, `${show(written)} is no time`, advice);
  return undefined;
}

/** The form of the file lets only texts through. */
function textOf(written: JsonValue): string {
  return typeof written === 'string' ? written : '';
}
