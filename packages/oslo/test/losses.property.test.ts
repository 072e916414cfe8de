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
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { osloCodec } from '../src/codec.ts';
import { DECODE_CONTEXT, decoded, ENCODE_CONTEXT } from './canonical-events.ts';

/** What a notification carries for other listeners under names that this codec does not read. */
const READ_BY_OTHERS: readonly string[] = [
  'data.attributes.errorMessage',
  'data.attributes.bridge',
  'data.message',
];

const text = fc.oneof(
  fc.string({ minLength: 1, maxLength: 20 }),
  fc.constantFrom('a & b', '42', 'constructor', 'host@backend'),
);
const time = fc.integer({ min: 1, max: 4e9 }).map((second) => new Date(second * 1e3).toISOString());
const party = fc.oneof(
  fc.record({ id: text, name: text }),
  fc.record({ id: text }),
  fc.record({ name: text }),
);
const address = fc.record({
  address: fc.constantFrom('10.0.0.1', 'fe80::1'),
  mac: text,
});

function optional(model: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<unknown> {
  return fc.record(model, { requiredKeys: [] });
}

const attributes = optional({
  vcpus: fc.float({ min: 0, max: 512, noNaN: true }),
  memoryMiB: fc.integer({ min: 0, max: 10_000_000 }),
  diskGiB: fc.float({ min: 0, max: 100_000, noNaN: true }),
  sizeBytes: fc.integer({ min: 0 }),
  image: text,
  imageId: text,
  flavor: text,
  architecture: text,
  hypervisor: text,
  addresses: fc.array(address, { maxLength: 3 }),
  createdAt: time,
  terminatedAt: time,
  vlanId: text,
  bridge: text,
  errorMessage: text,
  errorCode: text,
  call: text,
});

function dataOf(kind: Kind): fc.Arbitrary<unknown> {
  const value = fc.constantFrom(...STATES[kind]);
  const previous = fc.record({ value, native: text });
  return fc.record(
    {
      resource: fc.record(
        { kind: fc.constant(kind), id: text, type: text, name: text, host: text },
        { requiredKeys: ['kind', 'id'] },
      ),
      action: fc.constantFrom(...ACTIONS),
      phase: fc.constantFrom(...PHASES),
      state: fc.record({ value, native: text, previous }, { requiredKeys: ['value', 'native'] }),
      outcome: fc.constantFrom(...OUTCOMES),
      severity: fc.constantFrom(...SEVERITIES),
      message: text,
      actor: optional({ user: party, project: party, group: party }),
      correlation: optional({ requestId: text, executionId: text }),
      attributes,
    },
    { requiredKeys: ['resource', 'action'] },
  );
}

/** Any canonical event of another dialect. */
const event: fc.Arbitrary<CanonicalEvent> = fc
  .constantFrom<Kind>(...KINDS)
  .chain(dataOf)
  .map((data) =>
    composeEvent(
      {
        id: '6a7c2a38-6f0d-4b2c-8a35-5f0c1f8f9a01',
        dialect: 'opennebula',
        source: 'opennebula://cloud/x',
        nativetype: 'a.b.c',
        data: data as EventData,
      },
      DECODE_CONTEXT,
    ),
  );

/** Every leaf of a value with its path. */
function leaves(value: unknown, path: string): readonly (readonly [string, unknown])[] {
  if (typeof value !== 'object' || value === null) return [[path, value]];
  return Object.entries(value).flatMap(([name, item]) =>
    leaves(item, Array.isArray(value) ? `${path}[${name}]` : `${path}.${name}`),
  );
}

function isSame(value: unknown, back: unknown, path: string): boolean {
  if (value === back) return true;
  return path.endsWith('At') && Date.parse(String(value)) === Date.parse(String(back));
}

describe('an event of another dialect', () => {
  test('comes back whole but for the losses that were listed', () => {
    fc.assert(
      fc.property(event, (given) => {
        const result = osloCodec.encode(given, ENCODE_CONTEXT);
        if (!result.ok) throw new Error(result.error.message);
        const { natives, losses } = result.value;
        const [back] = decoded(osloCodec.redact(natives[0]!).native);
        expect(back?.id).toBe(given.id);
        const lost = losses.map(({ path }) => path);
        expect(new Set(lost).size).toBe(lost.length);
        const got = new Map(leaves(back?.data, 'data'));
        for (const [path, value] of leaves(given.data, 'data')) {
          if (READ_BY_OTHERS.includes(path)) continue;
          const isListed = lost.some(
            (one) => path === one || (/^[.[]/.test(path.slice(one.length)) && path.startsWith(one)),
          );
          if (!isSame(value, got.get(path), path))
            expect(lost, `${path} was lost`).toSatisfy(() => isListed);
          else if (lost.includes(path)) expect.fail(`${path} was kept`);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
