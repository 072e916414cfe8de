import { runsToText, type HighRuns } from '../decode/content.ts';
import { Field, FIELDS, passOver, WIDE, type OutlineProblem } from './outline-pass.ts';
import { CDATA, CDATA_END, plainText } from './plain-text.ts';

export { DEPTH_MAX, ELEMENTS_MAX, type OutlineProblem } from './outline-pass.ts';
export { plainText, resolveEntities } from './plain-text.ts';

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

/** A document and the places of its elements, numbered in document order; 0 is the root. */
export class Outline {
  readonly xml: string;
  readonly #places: Int32Array;
  readonly #high: HighRuns;

  constructor(xml: string, places: Int32Array, high: HighRuns) {
    this.xml = xml;
    this.#places = places;
    this.#high = high;
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
    const start = this.#place(index, Field.start);
    const end = this.#place(index, Field.end);
    if (start === end) return '';
    if (this.xml.charCodeAt(start) !== 60) return detached(plainText(this.raw(index)));
    return detached(this.#cdata(start, end) ?? plainText(this.raw(index)));
  }

  /** What stands between the tags of an element, as it is. */
  raw(index: number): string {
    return this.#slice(this.#place(index, Field.start), this.#place(index, Field.end));
  }

  /** The text of one CDATA section and nothing else, as nearly all texts of templates are. */
  #cdata(start: number, end: number): string | undefined {
    const from = start + CDATA.length;
    const to = end - CDATA_END.length;
    if (to < from || !this.xml.startsWith(CDATA, start)) return undefined;
    // Up to the first end of a section: the pass found one within the element.
    return this.xml.indexOf(CDATA_END, from) === to ? this.#slice(from, to) : undefined;
  }

  #slice(start: number, end: number): string {
    const text = this.xml.slice(start, end);
    const high = this.#high;
    const isAscii = high.length === 0 || end <= (high[0] ?? 0) || start >= (high.at(-1) ?? 0);
    return isAscii ? text : runsToText(text);
  }

  /** Whether an element has child elements. */
  hasChildren(index: number): boolean {
    return this.#after(index) !== index + 1;
  }

  name(index: number): string {
    return this.#slice(this.#place(index, Field.name), this.#place(index, Field.named));
  }

  hasName(index: number, name: string): boolean {
    const start = this.#place(index, Field.name);
    const length = this.#place(index, Field.named) - start;
    return length === name.length && this.xml.startsWith(name, start);
  }

  /** Offset of an element's first character, its `<`. */
  offset(index: number): number {
    return this.#place(index, Field.name) - 1;
  }

  /** Offset after an element's content: of its end tag, where it has one. */
  endOffset(index: number): number {
    return this.#place(index, Field.end);
  }

  #after(index: number): number {
    return this.#place(index, Field.after);
  }

  #place(index: number, field: number): number {
    return this.#places[index * FIELDS + field] as number;
  }
}

const NO_RUNS: HighRuns = [];

/**
 * Reads the outline of a document, or says why there is none. A document may also be given as the
 * bytes of its UTF-8, one character a byte, with the places of the characters beyond ASCII: it is
 * then read in half the time and memory, and the outline gives texts all the same.
 */
export function readOutline(xml: string, high: HighRuns = NO_RUNS): Outline | OutlineProblem {
  const places = passOver(xml, codesOf(xml, high));
  return places instanceof Int32Array ? new Outline(xml, places, high) : places;
}

const encoder = new TextEncoder();
/** Real documents fit in; the codes of a longer one get room of their own. */
const scratch = new Uint8Array(65_536);

const NOT_ASCII = /[^\x00-\x7f]/g;

/**
 * A text's characters as bytes, 0 after the last: to look at all of them one by one takes a fifth
 * of the time that `charCodeAt` takes. Good until the next call.
 */
function codesOf(xml: string, high: HighRuns): Uint8Array {
  const { length } = xml;
  const codes = length < scratch.length ? scratch : new Uint8Array(length + 1);
  if (high.length > 0) putRuns(xml, high, codes);
  else {
    const { read, written } = encoder.encodeInto(xml, codes);
    if (read !== length || written !== length) {
      encoder.encodeInto(xml.replace(NOT_ASCII, String.fromCharCode(WIDE)), codes);
    }
  }
  codes[length] = 0;
  return codes;
}

/** Bytes with some that are not ASCII: those one by one, what lies between in one go. */
function putRuns(bytes: string, high: HighRuns, codes: Uint8Array): void {
  let from = 0;
  for (let run = 0; run < high.length; run += 2) {
    const start = high[run] as number;
    const end = high[run + 1] as number;
    encoder.encodeInto(bytes.slice(from, start), codes.subarray(from));
    for (let at = start; at < end; at += 1) codes[at] = bytes.charCodeAt(at);
    from = end;
  }
  encoder.encodeInto(bytes.slice(from), codes.subarray(from));
}

/** From this length on, V8's slices hold on to the whole text that they are cut from. */
const SLICE_LENGTH_MIN = 13;

/** The same text apart from its document, which it would keep in memory as long as its event. */
function detached(text: string): string {
  return text.length < SLICE_LENGTH_MIN ? text : ` ${text}`.slice(1);
}
