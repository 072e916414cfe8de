/**
 * The one forward pass behind an outline. Works on the document's codes, a byte for each character,
 * and in room that all passes share: an event costs one such pass, and nothing of it but the places
 * is kept.
 */
import { CDATA_END } from './plain-text.ts';

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

/** Numbers kept for each element, see {@link Field}. */
export const FIELDS = 5;

/** Offset of the name, offset after it, of the content, after that; the next element outside. */
export const Field = { name: 0, named: 1, start: 2, end: 3, after: 4 } as const;

/** Stands for a character beyond ASCII that has to be looked up in the text itself. */
export const WIDE = 1;

/** Places of so many elements fit in; of a longer document they get room of their own. */
const SCRATCH_ELEMENTS = 4_096;
const scratch = new Int32Array(SCRATCH_ELEMENTS * FIELDS);
const open = new Int32Array(DEPTH_MAX);

/** How far a `<` or `]]>` is looked for code by code; a search of the whole text costs a call. */
const NEAR = 48;

/**
 * The places of all elements of a document in document order, {@link FIELDS} numbers each, or why
 * there are none. `codes` holds the character codes up to 255 of `xml`, {@link WIDE} for others,
 * and 0 after the last.
 */
export function passOver(xml: string, codes: Uint8Array): Int32Array | OutlineProblem {
  let places = scratch;
  let count = 0;
  let depth = 0;
  let at = xml.indexOf('<');
  if (at < 0 || !isBlank(xml, 0, at)) return broken('text outside the root element', 0);
  while (at >= 0) {
    const code = codes[at + 1] as number;
    let next: number;
    if (code === 33 || code === 63) {
      next = skipMarkup(xml, codes, at, depth > 0);
      if (next < 0) return markupProblem(xml, at);
    } else if (code === 47) {
      if (depth === 0) return broken('an end tag that closes no element', at);
      depth -= 1;
      const element = open[depth] as number;
      next = endOfTag(xml, codes, at + 2, places, element);
      if (next < 0) return broken('an end tag that closes no element', at);
      places[element + Field.end] = at;
      places[element + Field.after] = count / FIELDS;
    } else {
      if (depth === 0 && count > 0) return broken('a second root element', at);
      if (depth >= DEPTH_MAX) return refused(`more than ${DEPTH_MAX} levels`, at);
      if (count >= ELEMENTS_MAX * FIELDS) return refused(`more than ${ELEMENTS_MAX} elements`, at);
      const named = afterName(xml, codes, at + 1);
      const end = codes[named] === 62 ? named : named < 0 ? -1 : tagEnd(xml, named);
      if (end < 0) return broken('a < that begins no tag', at);
      if (count === places.length) places = grown(places);
      places[count + Field.name] = at + 1;
      places[count + Field.named] = named;
      next = end + 1;
      places[count + Field.start] = next;
      places[count + Field.end] = next;
      places[count + Field.after] = count / FIELDS + 1;
      if (codes[end - 1] !== 47) {
        open[depth] = count;
        depth += 1;
      }
      count += FIELDS;
    }
    at = nextTag(xml, codes, next);
    if (depth === 0 && !isBlank(xml, next, at < 0 ? xml.length : at)) {
      return broken('text outside the root element', next);
    }
  }
  if (count === 0) return broken('no element', 0);
  if (depth > 0) return broken('the document ends before its elements do', xml.length);
  return places.slice(0, count);
}

function grown(places: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(Math.min(places.length * 2, ELEMENTS_MAX * FIELDS));
  larger.set(places);
  return larger;
}

/** What a code may be in a name: nothing, any but its first character, any. */
const NAME_CODES = Uint8Array.from({ length: 256 }, (_, code) => {
  const isLetter = (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
  if (isLetter || code === 95 || code > 127) return 2;
  return code === 45 || code === 46 || (code >= 48 && code <= 58) ? 1 : 0;
});

/** Offset after the name that begins here, or -1 where none does. */
function afterName(xml: string, codes: Uint8Array, start: number): number {
  const first = codes[start] as number;
  if (NAME_CODES[first] !== 2 && !isWide(xml, first, start)) return -1;
  let at = start + 1;
  for (;;) {
    const code = codes[at] as number;
    if (NAME_CODES[code] === 0 && !isWide(xml, code, at)) return at;
    at += 1;
  }
}

function isWide(xml: string, code: number, at: number): boolean {
  return code === WIDE && xml.charCodeAt(at) > 127;
}

/** Offset after an end tag whose name begins at `from`, if it is that of an element; or -1. */
function endOfTag(
  xml: string,
  codes: Uint8Array,
  from: number,
  places: Int32Array,
  element: number,
): number {
  let closed = from;
  const named = places[element + Field.named] as number;
  for (let opened = places[element + Field.name] as number; opened < named; opened += 1) {
    const code = codes[opened];
    if (code !== codes[closed]) return -1;
    if (code === WIDE && xml.charCodeAt(opened) !== xml.charCodeAt(closed)) return -1;
    closed += 1;
  }
  while (isBlankCode(codes[closed] as number)) closed += 1;
  return codes[closed] === 62 ? closed + 1 : -1;
}

/** Offset of the next `<`, or -1. */
function nextTag(xml: string, codes: Uint8Array, from: number): number {
  const near = Math.min(from + NEAR, xml.length);
  for (let at = from; at < near; at += 1) if (codes[at] === 60) return at;
  return near === xml.length ? -1 : xml.indexOf('<', near);
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

/** After a CDATA section (only inside the root), a comment or a processing instruction; or -1. */
function skipMarkup(xml: string, codes: Uint8Array, at: number, inside: boolean): number {
  if (isCdata(codes, at)) return inside ? afterCdata(xml, codes, at + 9) : -1;
  const end = xml.startsWith('<!--', at) ? '-->' : xml.startsWith('<?', at) ? '?>' : '';
  if (end === '') return -1;
  const found = xml.indexOf(end, at + 2);
  return found < 0 ? -1 : found + end.length;
}

/** Whether `<![CDATA[` stands here, of which the `<` does. */
function isCdata(codes: Uint8Array, at: number): boolean {
  return (
    codes[at + 1] === 33 &&
    codes[at + 2] === 91 &&
    codes[at + 3] === 67 &&
    codes[at + 4] === 68 &&
    codes[at + 5] === 65 &&
    codes[at + 6] === 84 &&
    codes[at + 7] === 65 &&
    codes[at + 8] === 91
  );
}

function afterCdata(xml: string, codes: Uint8Array, from: number): number {
  const near = Math.min(from + NEAR, xml.length);
  for (let at = from; at < near; at += 1) {
    if (codes[at] === 93 && codes[at + 1] === 93 && codes[at + 2] === 62) return at + 3;
  }
  const found = xml.indexOf(CDATA_END, near);
  return found < 0 ? -1 : found + CDATA_END.length;
}

function markupProblem(xml: string, at: number): OutlineProblem {
  return /^<!(?:DOCTYPE|ENTITY)/i.test(xml.slice(at, at + 9))
    ? refused('a document type declaration', at)
    : broken('a section that does not end', at);
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
