import {
  ACTIONS,
  composeEvent,
  KINDS,
  OUTCOMES,
  PHASES,
  SEVERITIES,
  STATES,
  type CanonicalEvent,
  type EventData,
  type Kind,
} from '@viaduct/core';
import { eventProblems, FIXTURE_ENCODE_CONTEXT } from '@viaduct/testkit';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { opennebulaCodec, parseKey } from '../src/codec.ts';
import { Outline, readOutline } from '../src/xml/outline.ts';
import { CONTEXT, decodeOne } from './corpus.ts';

const text = fc.oneof(
  fc.string({ minLength: 1, maxLength: 20 }),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 10 }),
  fc.constantFrom('a & b', '<x>', ']]>', '&amp;', ' x ', '\r\n', '-1', '0', '42', 'constructor'),
);
const time = fc
  .integer({ min: 1, max: 4_102_444_800 })
  .map((seconds) => new Date(seconds * 1000).toISOString());
const party = fc.oneof(
  fc.record({ id: text, name: text }),
  fc.record({ id: text }),
  fc.record({ name: text }),
);

function optional<T>(model: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<T> {
  return fc.record(model, { requiredKeys: [] }) as fc.Arbitrary<T>;
}

const attributes = optional<NonNullable<EventData['attributes']>>({
  vcpus: fc.integer({ min: 0, max: 512 }),
  memoryMiB: fc.integer({ min: 0, max: 10_000_000 }),
  diskGiB: fc.integer({ min: 0, max: 100_000 }),
  sizeBytes: fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
  image: text,
  imageId: text,
  flavor: text,
  architecture: text,
  hypervisor: text,
  addresses: fc.array(fc.record({ address: text, version: fc.constantFrom(4, 6), mac: text }), {
    maxLength: 3,
  }),
  createdAt: time,
  terminatedAt: time,
  attachments: fc.array(text, { maxLength: 3 }),
  vlanId: text,
  call: fc.oneof(text, fc.constantFrom('one.vm.update', 'one.host.status', 'POST /servers')),
  parameters: fc.array(
    fc.record({
      direction: fc.constantFrom('in' as const, 'out' as const),
      position: fc.integer({ min: 1, max: 5 }),
      value: text,
    }),
    { maxLength: 5 },
  ),
});

/** Any canonical event of another dialect. */
const event: fc.Arbitrary<CanonicalEvent> = fc
  .constantFrom<Kind>(...KINDS)
  .chain((kind) => {
    const state = fc.record({ value: fc.constantFrom(...STATES[kind]), native: text });
    return fc.record(
      {
        resource: fc.record(
          { kind: fc.constant(kind), id: text, type: text, name: text, host: text },
          { requiredKeys: ['kind', 'id'] },
        ),
        action: fc.constantFrom(...ACTIONS),
        nativeAction: text,
        phase: fc.constantFrom(...PHASES),
        state: fc.record(
          { value: fc.constantFrom(...STATES[kind]), native: text, previous: state },
          { requiredKeys: ['value', 'native'] },
        ),
        outcome: fc.constantFrom(...OUTCOMES),
        severity: fc.constantFrom(...SEVERITIES),
        message: text,
        actor: optional({ user: party, project: party, group: party }),
        correlation: optional({ requestId: text, executionId: text, serviceId: text }),
        attributes,
      },
      { requiredKeys: ['resource', 'action'] },
    );
  })
  .map((data) =>
    composeEvent(
      {
        id: '6a7c2a38-6f0d-4b2c-8a35-5f0c1f8f9a01',
        dialect: 'oslo',
        source: 'oslo://cloud/x',
        nativetype: 'a.b.c',
        data: data as unknown as EventData,
      },
      { ...CONTEXT, system: 'cloud' },
    ),
  );

/** Every leaf of a value with its path. */
function leaves(value: unknown, path: string): readonly (readonly [string, unknown])[] {
  if (typeof value !== 'object' || value === null) return [[path, value]];
  return Object.entries(value).flatMap(([name, item]) =>
    leaves(item, Array.isArray(value) ? `${path}[${name}]` : `${path}.${name}`),
  );
}

describe('an event of another dialect', () => {
  test('comes back whole but for the losses that were listed', () => {
    fc.assert(
      fc.property(event, (given) => {
        const result = opennebulaCodec.encode(given, FIXTURE_ENCODE_CONTEXT);
        if (!result.ok) throw new Error(result.error.message);
        const { natives, losses } = result.value;
        const back = decodeOne(natives[0]!).event;
        expect(eventProblems(back)).toEqual([]);
        expect(back.id).toBe(given.id);
        expect(back.trail).toBe(FIXTURE_ENCODE_CONTEXT.brokerId);
        const lost = new Set(losses.map(({ path }) => path));
        expect(lost.size).toBe(losses.length);
        const got = new Map(leaves(back.data, 'data'));
        for (const [path, value] of leaves(given.data, 'data')) {
          if (got.get(path) === value) expect(lost, `${path} was kept`).not.toContain(path);
          else expect(lost, `${path} was lost`).toContain(path);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('becomes messages that every reader can take: keys with a number, well-formed XML', () => {
    fc.assert(
      fc.property(event, (given) => {
        const result = opennebulaCodec.encode(given, FIXTURE_ENCODE_CONTEXT);
        if (!result.ok) throw new Error(result.error.message);
        for (const { key, content } of result.value.natives) {
          const parsed = parseKey(key);
          expect(parsed?.family).toMatch(/^(?:id|state|service|api)$/);
          if (parsed?.family === 'state') expect(parsed.id).toMatch(/^\d{1,10}$/);
          expect(content).toMatch(/^[A-Za-z0-9+/]+={0,2}$/);
          const xml = Buffer.from(content, 'base64').toString('utf8');
          expect(readOutline(xml)).toBeInstanceOf(Outline);
          expect(xml.replace(/\]\]\]\]><!\[CDATA\[>/g, '')).not.toMatch(/[^\]]\]\]>[^<]/);
        }
      }),
      { numRuns: 300 },
    );
  });
});
