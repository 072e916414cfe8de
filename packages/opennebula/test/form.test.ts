import { describe, expect, test } from 'vitest';
import { opennebulaCodec } from '../src/codec.ts';
import { CORPUS, xmlOf } from './corpus.ts';

const { format, parse } = opennebulaCodec;

describe('the JSON form', () => {
  test('is read back as it was written', () => {
    for (const native of CORPUS.values()) {
      expect(parse(format(native))).toEqual({ ok: true, value: native });
    }
  });

  test('is the same text, written the fast way', () => {
    const blanks = [
      'YQ',
      'YQ==',
      'YQ\n\n',
      '\nYQ\t',
      'Y Q=\n=',
      'YWI ',
      'YWI=',
      'YWJj',
      ' YWJ',
      '',
    ];
    const odd = [...blanks, '"\\', 'é\u2028', '***'].map((content) => ({ key: 'a "b" ', content }));
    for (const native of [...CORPUS.values(), ...odd]) {
      expect(opennebulaCodec.formatText?.(native)).toBe(JSON.stringify(format(native)));
    }
  });

  test('may be the bare body: the key is that of the real driver, by state', () => {
    const cases = [...CORPUS].filter(([name]) => /^(?:api|vm|host|image|net)-/.test(name));
    for (const [name, native] of cases.filter(([key]) => !key.endsWith('.by-id'))) {
      expect(parse(xmlOf(name)), name).toEqual({ ok: true, value: native });
    }
  });

  test('gives a bare RETRY body its key', () => {
    expect(parse(xmlOf('retry'))).toMatchObject({ ok: true, value: { key: 'RETRY' } });
  });

  test('leaves it to decode to name the damage of a bare body', () => {
    for (const name of ['made-vm-truncated', 'made-doctype']) {
      const parsed = parse(xmlOf(name));
      if (!parsed.ok) throw new Error('not parsed');
      const result = opennebulaCodec.decode(parsed.value, {
        receivedAt: 0,
        system: 'x',
        ordinal: 0,
      });
      expect(result).toMatchObject({ ok: false, error: { path: 'content' } });
    }
  });

  test.each([null, 1, true, [], {}, { key: 1 }, { key: 'RETRY' }, { key: 'RETRY', content: 1 }])(
    'is not %j',
    (value) => {
      expect(parse(value as never)).toMatchObject({
        ok: false,
        error: { code: 'VIA_OPENNEBULA_FORM_INVALID' },
      });
    },
  );

  test('is no XML of another kind', () => {
    expect(parse('<MESSAGE/>')).toMatchObject({
      ok: false,
      error: { code: 'VIA_OPENNEBULA_BODY_INCOMPLETE' },
    });
  });
});
