/** What becomes of the fields of events between two dialects, over all cases of the matrix. */
import { fieldPaths, type Translation } from '@viaduct/translation';
import type { Codec, Invention, Loss, LossReason } from '@viaduct/core';
import { matrixCases, translateOne, type MatrixCase } from './matrix.ts';

/** One case between two dialects. */
export interface PairCase {
  readonly name: string;
  readonly title: string;
  readonly translation: ReturnType<typeof translateOne>;
}

/** What becomes of one canonical field: a reason where it is lost in every case that has it. */
export interface FieldFate {
  /** `data.attributes.addresses`: a list is one field. */
  readonly path: string;
  readonly kept: number;
  readonly lost: number;
  readonly reasons: readonly LossReason[];
}

/** All that the matrix shows of one pair. */
export interface Pair {
  readonly from: string;
  readonly to: string;
  readonly cases: readonly PairCase[];
  readonly fields: readonly FieldFate[];
  /** Within one dialect: what the message itself lost, by its place there. */
  readonly lostOfMessage: readonly Loss[];
  /** Each rule once, with the places that it fills in. */
  readonly inventions: ReadonlyMap<string, readonly string[]>;
}

/** Follow from other fields, or say how the broker got the event: of no interest here. */
const OF_THE_BROKER: ReadonlySet<string> = new Set([
  'type',
  'subject',
  'partitionkey',
  'origin',
  'timesource',
  'receivedtime',
  'trail',
  'replayed',
]);

/** Every pair of dialects, in the order of the adapters. */
export function allPairs(codecs: ReadonlyMap<string, Codec<unknown>>): readonly Pair[] {
  const cases = matrixCases();
  return [...codecs.values()].flatMap((from) =>
    [...codecs.values()].map((to) => pairOf(from, to, cases)),
  );
}

function pairOf(from: Codec<unknown>, to: Codec<unknown>, all: readonly MatrixCase[]): Pair {
  const cases = all.flatMap(({ name, title, natives }): PairCase[] => {
    const native = natives[from.dialect];
    return native === undefined
      ? []
      : [{ name, title, translation: translateOne(native, from, to) }];
  });
  const translations = cases.map(({ translation }) => translation);
  const isSame = from.dialect === to.dialect;
  return {
    from: from.dialect,
    to: to.dialect,
    cases,
    fields: fatesOf(translations, isSame),
    lostOfMessage: isSame ? lossesOf(translations) : [],
    inventions: byRule(translations.flatMap(({ invented }) => invented)),
  };
}

function lossesOf(translations: readonly Translation[]): readonly Loss[] {
  const losses = new Map<string, Loss>();
  for (const loss of translations.flatMap((one) => one.losses)) {
    const path = fieldOf(loss.path);
    losses.set(`${path} ${loss.reason}`, { ...loss, path });
  }
  return [...losses.values()];
}

/** Within one dialect the message goes along, and losses are places in it, not in the event. */
function fatesOf(translations: readonly Translation[], isWithin: boolean): readonly FieldFate[] {
  const counts = new Map<string, { kept: number; lost: number; reasons: Set<LossReason> }>();
  for (const { events, losses } of translations) {
    const paths = new Set(events.flatMap(fieldPaths).map(fieldOf));
    for (const path of paths) {
      if (OF_THE_BROKER.has(path)) continue;
      const own = isWithin ? [] : losses.filter((loss) => isSame(path, fieldOf(loss.path)));
      const count = counts.get(path) ?? { kept: 0, lost: 0, reasons: new Set() };
      counts.set(path, count);
      if (own.length === 0) count.kept += 1;
      else count.lost += 1;
      for (const { reason } of own) count.reasons.add(reason);
    }
  }
  return [...counts].map(([path, { kept, lost, reasons }]) => ({
    path,
    kept,
    lost,
    reasons: [...reasons],
  }));
}

/** A list is one field, whatever it holds. */
function fieldOf(path: string): string {
  return path.replace(/\[.*$/, '');
}

function isSame(path: string, lost: string): boolean {
  return path === lost || path.startsWith(`${lost}.`);
}

function byRule(inventions: readonly Invention[]): ReadonlyMap<string, readonly string[]> {
  const rules = new Map<string, string[]>();
  for (const { path, rule } of inventions) {
    const places = rules.get(rule) ?? [];
    if (!places.includes(path)) rules.set(rule, [...places, path]);
  }
  return rules;
}
