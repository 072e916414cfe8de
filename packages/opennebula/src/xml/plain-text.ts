/** What stands between two tags, as the text that an XML reader sees. */

/** Text as an XML reader sees it: CDATA unwrapped, entities resolved, a bare `&` left alone. */
export function plainText(raw: string): string {
  if (raw.startsWith(CDATA) && raw.endsWith(CDATA_END) && raw.length >= 12) {
    const inner = raw.slice(9, -3);
    // Both the proper way to write ]]> in CDATA and the publisher's, which protects nothing.
    return inner.includes(CDATA_END) ? inner.replaceAll(CDATA_END + CDATA, '') : inner;
  }
  if (!raw.includes(CDATA)) return resolveEntities(raw);
  return raw
    .split(/<!\[CDATA\[([^]*?)\]\]>/)
    .map((part, index) => (index % 2 === 1 ? part : resolveEntities(part)))
    .join('');
}

/** What begins a CDATA section. */
export const CDATA = '<![CDATA[';
/** What ends a CDATA section. */
export const CDATA_END = ']]>';
const ENTITY = /&(?:(amp|lt|gt|quot|apos)|#(\d{1,7})|#x([0-9a-fA-F]{1,6}));/g;
const NAMED: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
};

/** The five entities of XML and numeric references; every other `&` stands for itself. */
export function resolveEntities(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(
    ENTITY,
    (whole: string, named?: string, decimal?: string, hex?: string): string => {
      if (named !== undefined) return NAMED[named] as string;
      const code = decimal === undefined ? parseInt(hex as string, 16) : Number(decimal);
      const valid = code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
      return valid ? String.fromCodePoint(code) : whole;
    },
  );
}
