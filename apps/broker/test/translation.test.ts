/**
 * Every message of the dialects' fixtures, to every other dialect: it translates, the canonical
 * event between is valid, and the target's own codec reads what was written. The tables say for
 * each what it becomes; `UPDATE_FIXTURES=1` writes them anew, for people to review.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CanonicalEvent, Codec, Encoded, JsonValue } from '@viaduct/core';
import { opennebulaCodec } from '@viaduct/opennebula/codec';
import { osloCodec } from '@viaduct/oslo/codec';
import { eventProblems, FIXTURE_DECODE_CONTEXT, FIXTURE_ENCODE_CONTEXT } from '@viaduct/testkit';
import { describe, expect, test } from 'vitest';

const PACKAGES = join(import.meta.dirname, '../../../packages');
const TABLES = join(import.meta.dirname, '../fixtures/translation');
const COLUMNS = 'message\tevent\tbecomes\tlosses\tinvented';

/** One native message in its JSON form. */
interface Sample {
  readonly name: string;
  readonly message: JsonValue;
}

interface Dialect {
  readonly codec: Codec<unknown>;
  readonly samples: readonly Sample[];
}

const DIALECTS: readonly Dialect[] = [
  { codec: opennebulaCodec, samples: nativesIn('opennebula/fixtures') },
  {
    codec: osloCodec,
    samples: [
      ...linesOf('oslo/fixtures/captured.jsonl'),
      ...linesOf('oslo/fixtures/nova-samples.jsonl'),
      ...linesOf('oslo/fixtures/service-samples.jsonl'),
      ...nativesIn('oslo/fixtures/golden'),
    ],
  },
];

/** Damaged on purpose, to fix how that is refused. */
const DAMAGED = /^(?:bad-|made-(?:doctype|key-unknown|not-base64|not-utf8|vm-truncated)$)/;

const PAIRS = DIALECTS.flatMap((from) =>
  DIALECTS.filter((to) => to !== from).map((to) => ({
    from,
    to,
    name: `${from.codec.dialect}-to-${to.codec.dialect}`,
  })),
);

describe.each(PAIRS)('$name', ({ from, to, name }) => {
  test('translates every message, with all it lost and invented', () => {
    const rows = from.samples.flatMap((sample) =>
      eventsOf(from.codec, sample).map((event) => rowOf(sample.name, event, to.codec)),
    );
    const file = join(TABLES, `${name}.tsv`);
    const table = `${[COLUMNS, ...rows].join('\n')}\n`;
    if (process.env.UPDATE_FIXTURES === '1') writeFileSync(file, table);
    expect(table.split('\n')).toEqual(readFileSync(file, 'utf8').split('\n'));
  });
});

test.each(DIALECTS)('only what is damaged is refused: $codec.dialect', ({ codec, samples }) => {
  for (const { name, message } of samples) {
    expect(decodeSample(codec, message).ok, name).toBe(!DAMAGED.test(name));
  }
});

function decodeSample(codec: Codec<unknown>, message: JsonValue): ReturnType<typeof codec.decode> {
  const parsed = codec.parse(message);
  if (!parsed.ok) return parsed;
  return codec.decode(codec.redact(parsed.value).native, FIXTURE_DECODE_CONTEXT);
}

function eventsOf(codec: Codec<unknown>, { name, message }: Sample): readonly CanonicalEvent[] {
  const decoded = decodeSample(codec, message);
  if (!decoded.ok) return [];
  for (const { event } of decoded.value) expect(eventProblems(event), name).toEqual([]);
  return decoded.value.map(({ event }) => event);
}

function rowOf(name: string, event: CanonicalEvent, to: Codec<unknown>): string {
  const encoded = to.encode(event, FIXTURE_ENCODE_CONTEXT);
  if (!encoded.ok) throw new Error(`${name}: ${encoded.error.code} ${encoded.error.message}`);
  const { natives, losses, invented } = encoded.value;
  const unique = new Set(losses.map(({ path }) => path));
  expect(unique.size, `${name}: each loss once`).toBe(losses.length);
  const becomes = readBack(name, to, natives);
  for (const back of becomes) expect(back.id, name).toBe(event.id);
  return [
    name,
    event.nativetype,
    [...new Set(becomes.map(({ nativetype }) => nativetype))].join(' '),
    String(losses.length),
    String(invented.length),
  ].join('\t');
}

/** What the target's own codec reads in the messages, each of which is one event. */
function readBack(
  name: string,
  to: Codec<unknown>,
  natives: Encoded<unknown>['natives'],
): readonly CanonicalEvent[] {
  expect(natives.length, name).toBeGreaterThan(0);
  return natives.map((native) => {
    const decoded = to.decode(to.redact(native).native, FIXTURE_DECODE_CONTEXT);
    if (!decoded.ok) throw new Error(`${name}: ${decoded.error.code} ${decoded.error.message}`);
    const [first, ...others] = decoded.value;
    if (first === undefined || others.length > 0) throw new Error(`${name}: not one event`);
    expect(eventProblems(first.event), name).toEqual([]);
    return first.event;
  });
}

function nativesIn(folder: string): readonly Sample[] {
  const suffix = '.native.json';
  return readdirSync(join(PACKAGES, folder))
    .filter((file) => file.endsWith(suffix))
    .sort()
    .map((file) => ({
      name: file.slice(0, -suffix.length),
      message: JSON.parse(readFileSync(join(PACKAGES, folder, file), 'utf8')) as JsonValue,
    }));
}

function linesOf(file: string): readonly Sample[] {
  const lines = readFileSync(join(PACKAGES, file), 'utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line) as Sample);
}
