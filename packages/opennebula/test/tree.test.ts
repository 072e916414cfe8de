import { describe, expect, test } from 'vitest';
import { readTree } from '../src/xml/tree.ts';
import { xmlOf } from './corpus.ts';

describe('readTree', () => {
  test('keeps values as they are: no numbers, no trimming, entities resolved', () => {
    expect(
      readTree('<A><B> 007 </B><C>1e5</C><D>&lt;x&amp;&#65;</D><E><![CDATA[ & ]]></E></A>'),
    ).toEqual({ ok: true, value: { A: { B: ' 007 ', C: '1e5', D: '<x&A', E: ' & ' } } });
  });

  test('reads a whole document with its template and history', () => {
    const tree = readTree(xmlOf('vm-running.by-id'));
    expect(tree).toMatchObject({
      ok: true,
      value: {
        HOOK_MESSAGE: {
          VM: {
            USER_TEMPLATE: { DESCRIPTION: 'Front & <back> "web" é' },
            TEMPLATE: { SECURITY_GROUP_RULE: [{}, {}] },
            HISTORY_RECORDS: { HISTORY: { SEQ: '0' } },
          },
        },
      },
    });
  });

  test('has no limit on the entities of a long text', () => {
    const tree = readTree(`<A>${'&amp;'.repeat(5000)}</A>`);
    expect(tree).toEqual({ ok: true, value: { A: '&'.repeat(5000) } });
  });

  test.each(['<A>a < b & c</A>', '<A><B></A>', '', '<A></A><B></B>'])('refuses %j', (xml) => {
    expect(readTree(xml)).toMatchObject({
      ok: false,
      error: { code: 'VIA_OPENNEBULA_BODY_NOT_XML' },
    });
  });

  test.each(['<!DOCTYPE a [<!ENTITY x "y">]><A>&x;</A>', '<A><__proto__>1</__proto__></A>'])(
    'refuses the harm in %j',
    (xml) => {
      expect(readTree(xml)).toMatchObject({
        ok: false,
        error: { code: 'VIA_OPENNEBULA_BODY_REFUSED' },
      });
      expect(({} as Record<string, unknown>).x).toBeUndefined();
    },
  );
});
