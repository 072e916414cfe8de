import { parseSourceUri, sourceUri } from '@viaduct/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';

const segment = fc.string({ unit: 'grapheme', minLength: 1 });
/** What a URI cannot hold is replaced on the way in. */
const wellFormed = (text: string): string => Buffer.from(text, 'utf8').toString('utf8');

test('a source says its dialect, system and publisher again, whatever their names', () => {
  fc.assert(
    fc.property(
      fc.stringMatching(/^[a-z][a-z0-9+.-]{0,9}$/),
      segment,
      fc.array(segment, { maxLength: 4 }),
      (dialect, system, publisher) => {
        const uri = sourceUri(dialect, system, ...publisher);
        expect(parseSourceUri(uri)).toEqual({ dialect, system, publisher });
        expect(URL.canParse(`x:${uri}`)).toBe(true);
        expect(uri).toMatch(/^[A-Za-z0-9+.:/%!*'()_~-]+$/);
      },
    ),
  );
});

test('two different publishers never have one source', () => {
  fc.assert(
    fc.property(fc.array(segment), fc.array(segment), (one, other) => {
      const same = JSON.stringify(one) === JSON.stringify(other);
      expect(sourceUri('oslo', 'c', ...one) === sourceUri('oslo', 'c', ...other)).toBe(same);
    }),
  );
});

test('lone surrogates, which JSON can carry and a URI cannot, are replaced', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(parseSourceUri(sourceUri('oslo', text))?.system).toBe(wellFormed(text));
    }),
  );
  expect(sourceUri('oslo', 'a\uD800b')).toBe('oslo://a%EF%BF%BDb');
});

test.each(['', 'oslo', 'oslo:/x', 'Oslo://x', 'oslo://%', 'oslo://x?y', 'oslo://x#y'])(
  'what is not of this form is no source of ours: %j',
  (uri) => {
    expect(parseSourceUri(uri)).toBeUndefined();
  },
);
