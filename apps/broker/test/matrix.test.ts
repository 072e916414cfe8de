/**
 * The golden vectors: every case in every dialect that tells it, translated to every dialect.
 * `UPDATE_FIXTURES=1` writes what the codecs do now; the difference is then read against the clause
 * that `index.json` names.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CanonicalEvent, JsonObject, JsonValue } from '@viaduct/core';
import { eventProblems } from '@viaduct/testkit';
import { fieldPaths, outputFields } from '@viaduct/translation';
import { describe, expect, it } from 'vitest';
import {
  allCodecs,
  MATRIX_FOLDER,
  matrixCases,
  translateOne,
} from '../../../tools/translation/matrix.ts';

const UPDATE = process.env.UPDATE_FIXTURES === '1';
const root = join(import.meta.dirname, '../../..');

const codecs = await allCodecs();
const cases = matrixCases();
const vectors = cases.flatMap((one) =>
  Object.keys(one.natives).map((from) => [`${one.name}, from ${from}`, { ...one, from }] as const),
);
type Vector = (typeof vectors)[number][1];

describe('the matrix', () => {
  it.each(vectors)('translates to every dialect: %s', (_, vector) => {
    const file = join(MATRIX_FOLDER, `${vector.name}.${vector.from}.golden.json`);
    const text = `${JSON.stringify(golden(vector), null, 1)}\n`;
    if (UPDATE) writeFileSync(file, text);
    expect(JSON.parse(text)).toEqual(
      existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {},
    );
  });

  it.each(vectors)('keeps every field of the event or lists its loss: %s', (_, vector) => {
    for (const to of codecs.keys()) {
      if (to === vector.from) continue; // the native message goes along
      expect(silent(vector, to), `to ${to}`).toEqual([]);
    }
  });

  it.each(vectors)('invents nothing but what the output shows: %s', (_, vector) => {
    for (const [to, translation] of translations(vector)) {
      const elsewhere = translation.explain.flatMap((one) => one.elsewhere);
      expect(elsewhere, `to ${to}`).toEqual([]);
    }
  });

  it.each(vectors.filter(([, { from }]) => from !== 'cloudevents'))(
    'makes CloudEvents that the SDK and the published schema accept: %s',
    (_, vector) => {
      const target = codec('cloudevents');
      const { natives } = translateOne(
        vector.natives[vector.from] ?? {},
        codec(vector.from),
        target,
      );
      expect(natives.length).toBeGreaterThan(0);
      for (const native of natives) {
        expect(eventProblems(native as unknown as CanonicalEvent)).toEqual([]);
      }
    },
  );

  it('has a case for every pair of dialects', () => {
    const sources = new Set(vectors.map(([, { from }]) => from));
    expect([...sources].sort()).toEqual([...codecs.keys()].sort());
  });

  it('names for each output the clause that it was read against', () => {
    for (const { name, clauses } of cases) {
      for (const to of codecs.keys()) {
        const [place = ''] = (clauses[to] ?? '').split(': ');
        expect(headings(place), `${name} to ${to}: ${place}`).toContain(place.split('#')[1]);
      }
    }
  });
});

function translations(vector: Vector) {
  const from = codec(vector.from);
  const native = vector.natives[vector.from] ?? {};
  return [...codecs].map(([name, to]) => [name, translateOne(native, from, to)] as const);
}

function codec(dialect: string) {
  const found = codecs.get(dialect);
  if (found === undefined) throw new Error(`no codec for ${dialect}`);
  return found;
}

/** What the file of a vector holds: the events, and for each target what they become. */
function golden(vector: Vector): JsonValue {
  const all = translations(vector);
  const events = all[0]?.[1].events ?? [];
  for (const event of events) expect(eventProblems(event)).toEqual([]);
  const to = all.map(([name, { natives, losses, invented }]) => {
    const reads = natives.some(holdsDocuments) ? { reads: natives.map(readable) } : {};
    return [name, { natives, ...reads, losses, invented }];
  });
  return { events, to: Object.fromEntries(to) } as unknown as JsonValue;
}

/** Path by path, documents within opened; of a copy only what differs from the first. */
function readable(native: JsonObject, index: number, all: readonly JsonObject[]) {
  const first = all[0] === undefined || index === 0 ? undefined : outputFields(all[0]);
  const fields = [...outputFields(native)].filter(([path, value]) => first?.get(path) !== value);
  return Object.fromEntries(fields);
}

/** Whether a message holds documents in its texts, and so cannot be read as it stands. */
function holdsDocuments(native: JsonObject): boolean {
  return 'body' in native || 'content' in native;
}

/**
 * Follow from the rest of the event, or belong to the broker rather than to what happened. A
 * `type` says what kind, action and phase say, a `subject` what kind and id say.
 */
const DERIVED = ['type', 'subject', 'partitionkey', 'origin', 'timesource', 'receivedtime'];

/**
 * Fields that neither decide a value of the output, nor are listed as lost, nor come back when the
 * output is read again (a severity that follows from the state).
 */
function silent(vector: Vector, to: string): readonly string[] {
  const target = codec(to);
  const native = vector.natives[vector.from] ?? {};
  const { events, explain, losses, natives } = translateOne(native, codec(vector.from), target);
  const back = translateOne(natives[0] ?? {}, target, target).events;
  return events.flatMap((event, index) => {
    const messages = explain[index]?.messages ?? [];
    const used = new Set(messages.flatMap(({ fields }) => fields.flatMap(({ from }) => from)));
    const again = flat(back[index]);
    const own = flat(event);
    return fieldPaths(event).filter(
      (path) =>
        !used.has(path) &&
        !DERIVED.includes(path) &&
        !(path === 'time' && event.timesource === 'received') &&
        !losses.some((loss) => isWithin(path, loss.path)) &&
        again.get(path) !== own.get(path),
    );
  });
}

function flat(event: CanonicalEvent | undefined) {
  return outputFields((event ?? {}) as unknown as JsonObject);
}

function isWithin(path: string, place: string): boolean {
  return path === place || path.startsWith(`${place}.`) || path.startsWith(`${place}[`);
}

function headings(place: string): readonly string[] {
  const [page = ''] = place.split('#');
  if (!existsSync(join(root, page))) return [];
  const text = readFileSync(join(root, page), 'utf8');
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\w -]/g, '')
      .replaceAll(' ', '-'),
  );
}
