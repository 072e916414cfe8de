/**
 * Where the elements of an XML document are, found in one forward pass that also proves the
 * document well-formed as far as OpenNebula's serialisers go: tags in balance, CDATA closed, one
 * root. fast-xml-parser takes a truncated document or `a < b` without a word, and its validator
 * alone costs more than this whole pass (20 k documents/s of 5.6 kB on one core; this: 80 k/s), so
 * it is the gate for every state document, and the fields that an event needs are then read from
 * their places. Trees, where somebody wants one, are the library's: see `tree.ts`.
 *
 * More lenient than XML 1.0 in two points where real messages need it: a bare `&` stands for
 * itself, and `]]>` may occur in text (the publisher protects neither).
 */

/** Elements may be nested this deep; real documents reach 8. */
export const DEPTH_MAX = 64;

/** Elements in one document at most; a host with all its PCI and NUMA lists has some thousand. */
export const ELEMENTS_MAX = 200_000;

/** Why a text is no document that can be read. */
export interface OutlineProblem {
  readonly refused: boolean;
  readonly message: string;
  /** Where, in characters. */
  readonly offset: number;
}

/** Numbers kept for each element. */
const FIELDS = 4;
const NAME = 0; // offset of the name
const START = 1; // offset of the content
const END = 2; // offset after the content
const AFTER = 3; // index of the next element outside this one

/** A document and the places of its elements, numbered in document order; 0 is the root. */
export class Outline {
  readonly xml: string;
  readonly #places: readonly number[];

  constructor(xml: string, places: readonly number[]) {
    this.xml = xml;
    this.#places = places;
  }

  /** The first child of that name, or -1. */
  child(parent: number, name: string): number {
    if (parent < 0) return -1;
    const last = this.#after(parent);
    for (let index = parent + 1; index < last; index = this.#after(index)) {
      if (this.hasName(index, name)) return index;
    }
    return -1;
  }

  /** The children of an element, of one name where it is given. */
  children(parent: number, name?: string): readonly number[] {
    const found: number[] = [];
    if (parent < 0) return found;
    const last = this.#after(parent);
    for (let index = parent + 1; index < last; index = this.#after(index)) {
      if (name === undefined || this.hasName(index, name)) found.push(index);
    }
    return found;
  }

  /** The first descendant of that name in document order, or -1: XPath `//name`. */
  descendant(name: string): number {
    const last = this.#after(0);
    for (let index = 0; index < last; index += 1) {
      if (this.hasName(index, name)) return index;
    }
    return -1;
  }

  /** The text of a child; `undefined` where there is no such child or it has children itself. */
  text(parent: number, name: string): string | undefined {
    return this.textOf(this.child(parent, name));
  }

  /** The text of an element without children, CDATA and entities resolved. */
  textOf(index: number): string | undefined {
    if (index < 0 || this.#after(index) !== index + 1) return undefined;
    return plainText(this.raw(index));
  }

  /** What stands between the tags of an element, as it is. */
  raw(index: number): string {
    return this.xml.slice(this.#place(index, START), this.#place(index, END));
  }

  /** Whether an element has child elements. */
  hasChildren(index: number): boolean {
    return this.#after(index) !== index + 1;
  }

  name(index: number): string {
    const start = this.#place(index, NAME);
    return this.xml.slice(start, nameEnd(this.xml, start));
  }

  hasName(index: number, name: string): boolean {
    const start = this.#place(index, NAME);
    return (
      this.xml.startsWith(name, start) && !isNameCode(this.xml.charCodeAt(start + name.length))
    );
  }

  /** Offset of an element's first character, its `<`. */
  offset(index: number): number {
    return this.#place(index, NAME) - 1;
  }

  /** Offset after an element's content: of its end tag, where it has one. */
  endOffset(index: number): number {
    return this.#place(index, END);
  }

  #after(index: number): number {
    return this.#place(index, AFTER);
  }

  #place(index: number, field: number): number {
    return this.#places[index * FIELDS + field] as number;
  }
}

/** Reads the outline of a document, or says why there is none. */
export function readOutline(xml: string): Outline | OutlineProblem {
  const codes = codesOf(xml);
  const places: number[] = [];
  const open: number[] = []; // of the elements not closed yet: place and end of the name, in turn
  let at = xml.indexOf('<');
  if (at < 0 || !isBlank(xml, 0, at)) return broken('text outside the root element', 0);
  while (at >= 0) {
    const code = codes[at + 1];
    let next: number;
    if (code === 33 || code === 63) {
      next = skipMarkup(xml, at, open.length > 0);
      if (next < 0) return markupProblem(xml, at);
    } else if (code === 47) {
      next = closeElement(xml, codes, at, places, open);
      if (next < 0) return broken('an end tag that closes no element', at);
    } else {
      if (open.length === 0 && places.length > 0) return broken('a second root element', at);
      if (open.length >= DEPTH_MAX * 2) return refused(`more than ${DEPTH_MAX} levels`, at);
      if (places.length >= ELEMENTS_MAX * FIELDS) {
        return refused(`more than ${ELEMENTS_MAX} elements`, at);
      }
      next = openElement(xml, codes, at, places, open);
      if (next < 0) return broken('a < that begins no tag', at);
    }
    at = codes[next] === 60 ? next : xml.indexOf('<', next);
    if (open.length === 0 && !isBlank(xml, next, at < 0 ? xml.length : at)) {
      return broken('text outside the root element', next);
    }
  }
  if (places.length === 0) return broken('no element', 0);
  if (open.length > 0) return broken('the document ends before its elements do', xml.length);
  return new Outline(xml, places);
}

const encoder = new TextEncoder();
/** Real documents fit in; the codes of a longer one get room of their own. */
const scratch = new Uint8Array(65_536);

/** Stands for a character beyond ASCII, which has to be looked up in the text itself. */
const WIDE = 1;
const NOT_ASCII = /[^\x00-\x7f]/g;

/**
 * A text's characters as bytes, 0 after the last: to look at all of them one by one takes a fifth
 * of the time that `charCodeAt` takes. Good until the next call.
 */
function codesOf(xml: string): Uint8Array {
  const { length } = xml;
  const codes = length < scratch.length ? scratch : new Uint8Array(length + 1);
  const { read, written } = encoder.encodeInto(xml, codes);
  if (read !== length || written !== length) {
    encoder.encodeInto(xml.replace(NOT_ASCII, String.fromCharCode(WIDE)), codes);
  }
  codes[length] = 0;
  return codes;
}

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

const CDATA = '<![CDATA[';
const CDATA_END = ']]>';
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

function openElement(
  xml: string,
  codes: Uint8Array,
  at: number,
  places: number[],
  open: number[],
): number {
  const start = at + 1;
  if (!isNameStart(codeAt(xml, codes, start))) return -1;
  let named = start + 1;
  while (isNameCode(codeAt(xml, codes, named))) named += 1;
  const end = codes[named] === 62 ? named : tagEnd(xml, named);
  if (end < 0) return -1;
  const place = places.length;
  const content = end + 1;
  if (codes[end - 1] === 47) {
    places.push(start, content, content, place / FIELDS + 1);
  } else {
    places.push(start, content, -1, -1);
    open.push(place, named);
  }
  return content;
}

function codeAt(xml: string, codes: Uint8Array, index: number): number {
  const code = codes[index] as number;
  return code === WIDE ? xml.charCodeAt(index) : code;
}

/** Offset of the `>` of a start tag; attributes, which OpenNebula never writes, are passed over. */
function tagEnd(xml: string, from: number): number {
  let at = from;
  while (at < xml.length) {
    const code = xml.charCodeAt(at);
    if (code === 62) return at;
    if (code === 60) return -1;
    if (code === 34 || code === 39) {
      at = xml.indexOf(code === 34 ? '"' : "'", at + 1);
      if (at < 0) return -1;
    }
    at += 1;
  }
  return -1;
}

function closeElement(
  xml: string,
  codes: Uint8Array,
  at: number,
  places: number[],
  open: number[],
): number {
  if (open.length === 0) return -1;
  const named = open.pop() as number;
  const element = open.pop() as number;
  let closed = at + 2;
  for (let opened = places[element] as number; opened < named; opened += 1) {
    if (codeAt(xml, codes, opened) !== codeAt(xml, codes, closed)) return -1;
    closed += 1;
  }
  while (isBlankCode(codes[closed] as number)) closed += 1;
  if (codes[closed] !== 62) return -1;
  places[element + END] = at;
  places[element + AFTER] = places.length / FIELDS;
  return closed + 1;
}

/** After a CDATA section (only inside the root), a comment or a processing instruction; or -1. */
function skipMarkup(xml: string, at: number, inside: boolean): number {
  const end = xml.startsWith(CDATA, at)
    ? inside
      ? CDATA_END
      : ''
    : xml.startsWith('<!--', at)
      ? '-->'
      : xml.startsWith('<?', at)
        ? '?>'
        : '';
  if (end === '') return -1;
  const found = xml.indexOf(end, at + 2);
  return found < 0 ? -1 : found + end.length;
}

function markupProblem(xml: string, at: number): OutlineProblem {
  return /^<!(?:DOCTYPE|ENTITY)/i.test(xml.slice(at, at + 9))
    ? refused('a document type declaration', at)
    : broken('a section that does not end', at);
}

function nameEnd(xml: string, start: number): number {
  let at = start;
  while (isNameCode(xml.charCodeAt(at))) at += 1;
  return at;
}

function isNameStart(code: number): boolean {
  return (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 95 || code > 127;
}

function isNameCode(code: number): boolean {
  return isNameStart(code) || (code >= 45 && code <= 46) || (code >= 48 && code <= 58);
}

function isBlankCode(code: number): boolean {
  return code === 32 || code === 10 || code === 13 || code === 9;
}

function isBlank(xml: string, from: number, to: number): boolean {
  for (let at = from; at < to; at += 1) {
    if (!isBlankCode(xml.charCodeAt(at)) && xml.charCodeAt(at) !== 0xfeff) return false;
  }
  return true;
}

function broken(message: string, offset: number): OutlineProblem {
  return { refused: false, message, offset };
}

function refused(message: string, offset: number): OutlineProblem {
  return { refused: true, message, offset };
}
