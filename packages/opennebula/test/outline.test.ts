import { XMLValidator } from 'fast-xml-parser';
import { describe, expect, test } from 'vitest';
import { formatContent, parseContentBytes } from '../src/decode/content.ts';
import { DEPTH_MAX, ELEMENTS_MAX, Outline, plainText, readOutline } from '../src/xml/outline.ts';
import { CORPUS, xmlOf } from './corpus.ts';

function outlineOf(xml: string): Outline {
  const outline = readOutline(xml);
  if (!(outline instanceof Outline)) throw new Error(outline.message);
  return outline;
}

describe('readOutline', () => {
  test('agrees with a validator on every fixture', () => {
    for (const name of CORPUS.keys()) {
      if (name === 'made-doctype' || name.startsWith('made-not-')) continue;
      const xml = xmlOf(name);
      // eslint-disable-next-line @typescript-eslint/no-deprecated -- its successor is not installed
      expect(readOutline(xml) instanceof Outline, name).toBe(XMLValidator.validate(xml) === true);
    }
  });

  test('finds children by their whole name, in document order', () => {
    const outline = outlineOf('<A><BC>1</BC><B>2</B><C><B>3</B></C><B/></A>');
    expect(outline.text(0, 'B')).toBe('2');
    expect(outline.children(0, 'B')).toHaveLength(2);
    expect(outline.children(0).map((child) => outline.name(child))).toEqual(['BC', 'B', 'C', 'B']);
    expect(outline.text(0, 'C')).toBeUndefined();
    expect(outline.raw(outline.child(0, 'C'))).toBe('<B>3</B>');
    expect(outline.textOf(outline.descendant('BC'))).toBe('1');
    expect(outline.text(-1, 'B')).toBeUndefined();
  });

  test('reads what other writers may add: declaration, comments, attributes, blanks', () => {
    const xml = '<?xml version="1.0"?>\n<!-- x -->\n<A b="<not>" c=\'>\'>\n <B >x</B >\n</A>\n';
    expect(outlineOf(xml).text(0, 'B')).toBe('x');
  });

  const broken = [
    ['', 'nothing'],
    ['text', 'text alone'],
    ['<A>', 'a missing end tag'],
    ['<A><B></A></B>', 'crossed tags'],
    ['<A><B></A>', 'a missing inner end tag'],
    ['<A></B>', 'another end tag'],
    ['<A></AB>', 'a longer end tag'],
    ['<AB></A>', 'a shorter end tag'],
    ['<A></A></A>', 'an end tag too many'],
    ['<A>a < b & c</A>', 'a bare less-than sign'],
    ['<A></A><B></B>', 'two roots'],
    ['<A></A>rest', 'text after the root'],
    ['rest<A></A>', 'text before the root'],
    ['<A><![CDATA[x]]</A>', 'CDATA that does not end'],
    ['<![CDATA[x]]><A></A>', 'CDATA outside the root'],
    ['<A', 'half a start tag'],
    ['<A b="></A>', 'half an attribute'],
    ['<1></1>', 'a name that begins with a digit'],
  ] as const;

  test.each(broken)('says that %j is broken: %s', (xml) => {
    expect(readOutline(xml)).toMatchObject({ refused: false });
  });

  test('says where', () => {
    expect(readOutline('<A>a < b</A>')).toMatchObject({ offset: 5 });
  });

  test.each([
    '<!DOCTYPE a><A></A>',
    '<!doctype a><A></A>',
    '<A><!ENTITY x "y"></A>',
    '<!DOCTYPE lolz [<!ENTITY a "lol"><!ENTITY b "&a;&a;">]><A>&b;</A>',
  ])('refuses %j', (xml) => {
    expect(readOutline(xml)).toMatchObject({ refused: true });
  });

  test('refuses what is nested too deep, and only that', () => {
    const nested = (depth: number): string => '<A>'.repeat(depth) + '</A>'.repeat(depth);
    expect(readOutline(nested(DEPTH_MAX))).toBeInstanceOf(Outline);
    expect(readOutline(nested(DEPTH_MAX + 1))).toMatchObject({ refused: true });
    expect(readOutline(nested(1_000_000))).toMatchObject({ refused: true });
  });

  test('refuses more elements than any real document has', () => {
    expect(readOutline(`<A>${'<B/>'.repeat(ELEMENTS_MAX)}</A>`)).toMatchObject({ refused: true });
  });
});

describe('plainText', () => {
  const cases = [
    ['a &lt; b &amp;&gt; &quot;&apos;', 'a < b &> "\''],
    ['&#65;&#x42;&#128512;', 'AB😀'],
    ['R&D &unknown; &#0; &#xD800; &', 'R&D &unknown; &#0; &#xD800; &'],
    ['&amp;lt;', '&lt;'],
    ['<![CDATA[a & b &lt; <c>]]>', 'a & b &lt; <c>'],
    ['<![CDATA[]]>', ''],
    ['<![CDATA[a]]]]><![CDATA[>b]]>', 'a]]>b'],
    ['<![CDATA[a]]>b]]>', 'a]]>b'],
    ['x<![CDATA[&amp;]]>&amp;y', 'x&amp;&y'],
  ] as const;

  test.each(cases)('reads %j', (raw, text) => {
    expect(plainText(raw)).toBe(text);
  });
});

describe('the outline of bytes', () => {
  /** Of all elements: what they are called and what they say. */
  function told(outline: Outline): readonly (string | undefined)[] {
    const told: (string | undefined)[] = [];
    const tell = (element: number): void => {
      told.push(outline.name(element), outline.textOf(element), outline.raw(element));
      for (const child of outline.children(element)) tell(child);
    };
    tell(0);
    return told;
  }

  const made =
    '<A><B>é</B><C><![CDATA[\uFEFFüß]]></C><ä>1</ä><D>&#233;é&lt;</D><E>plain</E>\u{1F600}</A>';

  test.each([...CORPUS.keys()].map((name) => [name, xmlOf(name)]).concat([['made', made]]))(
    'of %s says the same as that of its text',
    (_name, xml) => {
      const parsed = parseContentBytes(formatContent(xml));
      if (!parsed.ok) throw new Error(parsed.error.message);
      const { bytes, high } = parsed.value;
      const [ofBytes, ofText] = [readOutline(bytes, high), readOutline(xml)];
      if (!(ofText instanceof Outline)) expect(ofBytes).not.toBeInstanceOf(Outline);
      else if (ofBytes instanceof Outline) expect(told(ofBytes)).toEqual(told(ofText));
      else throw new Error(ofBytes.message);
    },
  );
});
