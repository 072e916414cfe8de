import type { CanonicalEvent } from '@viaduct/core';
import { eventProblems, FIXTURE_ENCODE_CONTEXT } from '@viaduct/testkit';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { opennebulaCodec, readTree, type OpennebulaMessage } from '../src/codec.ts';
import { CONTEXT, CORPUS, xmlOf } from './corpus.ts';

const names = [...CORPUS.keys()].filter((name) => !name.startsWith('made-not-'));
const bits = fc.constantFrom(
  ...['<', '>', '&', ']]>', '<![CDATA[', '</VM>', '<VM>', '<STATE>', '</VALUE></PARAMETER>'],
  ...[
    '<__proto__>1</__proto__>',
    '<constructor/>',
    '<PASSWORD>',
    '&lt;',
    '&#0;',
    '\u0000',
    '\uD800',
  ],
  ...['<!DOCTYPE x>', '<?x?>', '<!--', '-->', '<VIADUCT><ID>', '<TRAIL>', '/', '"', "'", 'é'],
);

/** A fixture's XML with some cuts, repetitions and insertions. */
const mutated = fc
  .tuple(
    fc.constantFrom(...names),
    fc.array(
      fc.record({
        at: fc.double({ min: 0, max: 1, noNaN: true }),
        drop: fc.integer({ min: 0, max: 200 }),
        insert: fc.oneof(bits, fc.string({ maxLength: 20 })),
      }),
      { maxLength: 6 },
    ),
  )
  .map(([name, edits]) =>
    edits.reduce((xml, { at, drop, insert }) => {
      const place = Math.floor(at * xml.length);
      return xml.slice(0, place) + insert + xml.slice(place + drop);
    }, xmlOf(name)),
  );

const key = fc.oneof(
  fc.constantFrom(...[...CORPUS.values()].map((native) => native.key)),
  fc.string({ maxLength: 40 }),
  fc.string({ maxLength: 30 }).map((rest) => `EVENT ${rest}`),
);

/** Runs everything the codec does on one message; whatever happens, it must be a value. */
function exercise(given: OpennebulaMessage): void {
  const { native, redactions } = opennebulaCodec.redact(given);
  expect(opennebulaCodec.parse(opennebulaCodec.format(native))).toEqual({
    ok: true,
    value: native,
  });
  const result = opennebulaCodec.decode(native, CONTEXT);
  expect(opennebulaCodec.decode(native, CONTEXT)).toEqual(result);
  if (!result.ok) {
    expect(result.error.code).toMatch(/^VIA_OPENNEBULA_/);
    return;
  }
  for (const { event } of result.value) {
    expect(eventProblems(event)).toEqual([]);
    const again = opennebulaCodec.encode(event, { ...FIXTURE_ENCODE_CONTEXT, native, redactions });
    const alone = opennebulaCodec.encode(event, FIXTURE_ENCODE_CONTEXT);
    for (const encoded of [again, alone]) {
      expect(encoded.ok && encoded.value.natives.length).toBeGreaterThan(0);
    }
  }
}

describe('the codec', () => {
  test('stands mutated messages', () => {
    fc.assert(
      fc.property(mutated, key, (xml, anyKey) => {
        exercise({ key: anyKey, content: Buffer.from(xml, 'utf8').toString('base64') });
        readTree(xml);
        opennebulaCodec.parse(xml);
      }),
      { numRuns: 1500 },
    );
  });

  test('lets no secret through, whatever surrounds it', () => {
    const secret = 'hunter2-Zyx';
    const planted = fc.constantFrom(
      `<PASSWORD>${secret}</PASSWORD>`,
      `<PASSWD><![CDATA[${secret}]]></PASSWD>`,
      ` PASSWORD = "${secret}" `,
      `&lt;TOKEN&gt;${secret}&lt;/TOKEN&gt;`,
    );
    const place = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(mutated, planted, place, (xml, form, where) => {
        const at = Math.floor(where * xml.length);
        const body = `${xml.slice(0, at)}\n${form}${xml.slice(at)}`;
        const content = Buffer.from(body, 'utf8').toString('base64');
        const { native } = opennebulaCodec.redact({ key: 'EVENT VM ', content });
        expect(Buffer.from(native.content, 'base64').toString('utf8')).not.toContain(secret);
      }),
      { numRuns: 1000 },
    );
  });

  test('stands any bytes and any text as content', () => {
    const content = fc.oneof(
      fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes).toString('base64')),
      fc.string({ maxLength: 200 }),
    );
    fc.assert(
      fc.property(key, content, (anyKey, any) => exercise({ key: anyKey, content: any })),
      { numRuns: 500 },
    );
  });

  test('stands any JSON as a form of a message', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        opennebulaCodec.parse(value as never);
      }),
    );
  });

  test('stands events whose data is of any shape', () => {
    const { event } = decodedEvent();
    const dataOf = fc.record(
      {
        ...Object.fromEntries(
          ['action', 'phase', 'state', 'outcome', 'severity', 'message', 'actor', 'correlation']
            .concat(['attributes', 'nativeAction'])
            .map((name) => [
              name,
              fc.oneof(fc.jsonValue(), fc.dictionary(fc.string(), fc.jsonValue())),
            ]),
        ),
      },
      { requiredKeys: [] },
    );
    const kinds = fc.constantFrom(
      'compute',
      'host',
      'image',
      'storage',
      'network',
      'request',
      'device',
    );
    fc.assert(
      fc.property(dataOf, kinds, (data, kind) => {
        const resource = { kind, id: 'x', name: 1, parent: [] };
        const odd = { ...event, data: { ...data, resource } } as unknown as CanonicalEvent;
        expect(opennebulaCodec.encode(odd, FIXTURE_ENCODE_CONTEXT).ok).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

function decodedEvent(): { readonly event: CanonicalEvent } {
  const result = opennebulaCodec.decode(CORPUS.get('vm-running.by-id')!, CONTEXT);
  const [first] = result.ok ? result.value : [];
  if (first === undefined) throw new Error('no event');
  return first;
}
