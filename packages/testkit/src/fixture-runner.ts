import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type {
  CanonicalEvent,
  Codec,
  DecodeContext,
  EncodeContext,
  JsonObject,
  JsonValue,
} from '@viaduct/core';
import { describe, expect, test } from 'vitest';

import { TEST_BROKER_ID } from './collected-logs.ts';
import { eventProblems } from './event-validity.ts';
import { FAKE_EPOCH_MS } from './fake-clock.ts';

/**
 * What the runner is given. `folder` holds, for each case:
 *
 * - `<case>.native.json`: one native message as `Codec.format` writes it;
 * - `<case>.canonical.json`: `{ redactions, decoded }`, each with its event, or `{ error }`;
 * - `<case>.encoded.json`: for each event what `encode` makes of it, in the forms of `encode`;
 * - `<case>.event.json`: instead of the first two, a canonical event of another dialect.
 */
export interface FixtureOptions<Native> {
  readonly codec: Codec<Native>;
  /** An absolute path: `join(import.meta.dirname, '../fixtures')`. */
  readonly folder: string;
  /**
   * Which outputs are fixed: with the native message at hand (same-dialect output), from the event
   * alone (what another dialect would get), or both. None by default. Cases that begin with an
   * `.event.json` always have the second.
   */
  readonly encode?: readonly EncodeForm[];
  /** Encoding options by name; each name makes an output of its own. Default: one, `default`. */
  readonly profiles?: Readonly<Record<string, JsonObject>>;
  readonly decodeContext?: Partial<DecodeContext>;
}

/** Whether `encode` sees the message that the event was decoded from. */
export type EncodeForm = 'withNative' | 'withoutNative';

/** The world that fixtures are decoded in. */
export const FIXTURE_DECODE_CONTEXT: DecodeContext = {
  receivedAt: FAKE_EPOCH_MS,
  system: 'test',
  ordinal: 1,
};

/** The world that fixtures are encoded in. */
export const FIXTURE_ENCODE_CONTEXT: EncodeContext<never> = {
  sentAt: FAKE_EPOCH_MS + 1_000,
  attempt: 1,
  nonce: '0123456789abcdef0123456789abcdef',
  brokerId: TEST_BROKER_ID,
};

/** Set to 1 to write what the code does now; the difference is then for people to review. */
const UPDATE = process.env['UPDATE_FIXTURES'] === '1';

/**
 * Declares one test for each case of a folder: the native message decodes to exactly these events,
 * each of which is valid by the published schema and by the CloudEvents SDK, and they encode to
 * exactly these messages with these losses. The codec is also held to its purity: it is given
 * frozen input, twice. `UPDATE_FIXTURES=1` writes the expectations anew.
 */
export function runFixtures<Native>(options: FixtureOptions<Native>): void {
  const files = readdirSync(options.folder);
  const natives = casesOf(files, '.native.json');
  const events = casesOf(files, '.event.json');
  describe(`fixtures of ${options.codec.dialect}`, () => {
    test('there are cases', () => {
      expect(natives.length + events.length).toBeGreaterThan(0);
    });
    test.each(natives)('%s', (name) => checkNative(options, name));
    test.each(events)('%s (from another dialect)', (name) => checkEvent(options, name));
  });
}

function casesOf(files: readonly string[], suffix: string): readonly string[] {
  return files
    .filter((file) => file.endsWith(suffix))
    .map((file) => file.slice(0, -suffix.length))
    .sort();
}

function checkNative<Native>(options: FixtureOptions<Native>, name: string): void {
  const { codec, folder } = options;
  const context = { ...FIXTURE_DECODE_CONTEXT, ...options.decodeContext };
  const parsed = codec.parse(readJson(folder, `${name}.native.json`));
  if (!parsed.ok) throw new Error(`${name}.native.json: ${parsed.error.message}`);
  const { native, redactions } = codec.redact(deepFreeze(parsed.value));
  const result = codec.decode(deepFreeze(native), context);
  expect(codec.decode(native, context), 'decoding twice').toEqual(result);
  if (!result.ok) {
    expectFile(folder, `${name}.canonical.json`, { error: result.error });
    return;
  }
  for (const { event } of result.value) expect(eventProblems(event), 'the event').toEqual([]);
  expectFile(folder, `${name}.canonical.json`, { redactions, decoded: result.value });
  const forms = options.encode ?? [];
  if (forms.length === 0) return;
  const encoded = result.value.map(({ event }) =>
    Object.fromEntries(
      forms.map((form) => [
        form,
        encodeAll(options, event, form === 'withNative' ? { native, redactions } : {}),
      ]),
    ),
  );
  expectFile(folder, `${name}.encoded.json`, encoded);
}

function checkEvent<Native>(options: FixtureOptions<Native>, name: string): void {
  const event = readJson(options.folder, `${name}.event.json`) as unknown as CanonicalEvent;
  expect(eventProblems(event), 'the event').toEqual([]);
  expectFile(options.folder, `${name}.encoded.json`, [
    { withoutNative: encodeAll(options, event, {}) },
  ]);
}

/** The output of every profile; the profile's name is left out where there is only the default. */
function encodeAll<Native>(
  options: FixtureOptions<Native>,
  event: CanonicalEvent,
  known: Pick<EncodeContext<Native>, 'native' | 'redactions'>,
): unknown {
  const { codec } = options;
  const encodeOne = (profile: JsonObject | undefined): unknown => {
    const context: EncodeContext<Native> = {
      ...FIXTURE_ENCODE_CONTEXT,
      ...known,
      ...(profile === undefined ? {} : { options: profile }),
    };
    const result = codec.encode(deepFreeze(event), context);
    expect(codec.encode(event, context), 'encoding twice').toEqual(result);
    if (!result.ok) return { error: result.error };
    const { natives, losses, invented } = result.value;
    return { natives: natives.map((native) => codec.format(native)), losses, invented };
  };
  if (options.profiles === undefined) return encodeOne(undefined);
  const named = Object.entries(options.profiles);
  return Object.fromEntries(named.map(([name, profile]) => [name, encodeOne(profile)]));
}

function expectFile(folder: string, file: string, actual: unknown): void {
  // Through text: what a file cannot hold (undefined, class instances) must not pass for equal.
  const text = `${JSON.stringify(actual, null, 2)}\n`;
  if (UPDATE) writeFileSync(join(folder, file), text);
  expect(JSON.parse(text), file).toEqual(readJson(folder, file));
}

function readJson(folder: string, file: string): JsonValue {
  return JSON.parse(readFileSync(join(folder, file), 'utf8')) as JsonValue;
}

/** Freezes plain objects and arrays all the way down; typed arrays cannot be frozen. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  if (Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const part of Object.values(value)) deepFreeze(part);
  return value;
}
