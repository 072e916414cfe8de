import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packTexts, unpackTexts } from '../src/sqlite/packed-texts.ts';

const texts = fc.array(
  fc.option(
    fc.oneof(fc.string(), fc.string({ unit: 'grapheme' }), fc.constantFrom('', 'é', '\0', '😀')),
  ),
);

describe('packed texts', () => {
  it('are the same texts when they are taken out', () => {
    fc.assert(
      fc.property(texts, (written) => {
        const given = written.map((text) => text?.toWellFormed() ?? null);
        const read = unpackTexts(packTexts(given)).map((bytes) =>
          bytes === null ? null : Buffer.from(bytes).toString('utf8'),
        );
        expect(read).toEqual(given);
      }),
    );
  });

  it('are texts for SQLite too, whatever they hold', () => {
    const database = new DatabaseSync(':memory:');
    const select = database.prepare('SELECT CAST(? AS TEXT) AS text');
    const given = ['plain', 'né ☃ 😀', '"\\u0000"'];
    const stored = unpackTexts(packTexts(given)).map((bytes) => select.get(bytes)?.text);
    database.close();
    expect(stored).toEqual(given);
  });
});
