/**
 * Where values lie in JSON text, without parsing it: redaction must work on malformed text, and
 * same-dialect output must keep everything it does not change, byte for byte.
 *
 * Programs nest JSON texts in JSON texts (oslo's envelope, a workflow's parameters). At nesting
 * level L a quote is written behind 2^L - 1 backslashes, its *guard*; a literal backslash takes
 * 2^(L+1) of them.
 */

/** A piece of text: `start` inclusive, `end` exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** How many backslashes stand directly before `index`. */
export function backslashesBefore(text: string, index: number): number {
  let start = index;
  while (start > 0 && text.charCodeAt(start - 1) === BACKSLASH) start -= 1;
  return index - start;
}

/**
 * The index of the quote that ends a string whose quotes are guarded by `guard` backslashes, from
 * `from` on (just behind the opening quote). -1 where it never ends; where a string around it ends
 * first, that quote.
 */
export function closingQuote(text: string, from: number, guard: number): number {
  for (let quote = text.indexOf('"', from); quote !== -1; quote = text.indexOf('"', quote + 1)) {
    let run = backslashesBefore(text, quote);
    if (run > quote - from) run = quote - from;
    if (run < guard || (run - guard) % (2 * (guard + 1)) === 0) return quote;
  }
  return -1;
}

/** The first index from `from` on that is no JSON white space. */
export function skipBlanks(text: string, from: number): number {
  let index = from;
  for (;;) {
    const code = text.charCodeAt(index);
    if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return index;
    index += 1;
  }
}

/** The end of the value that begins at `from`; the end of the text where it is cut off. */
export function valueEnd(text: string, from: number, guard: number): number {
  const first = text.charCodeAt(from + guard);
  if (first === QUOTE) return stringEnd(text, from + guard + 1, guard);
  const code = text.charCodeAt(from);
  if (code === 0x7b || code === 0x5b) return bracketEnd(text, from, guard);
  let index = from;
  while (index < text.length && !/[\s,}\]"\\]/.test(text.charAt(index))) index += 1;
  return index;
}

/** The end of a string, its closing quote included unless that belongs to a string around it. */
function stringEnd(text: string, from: number, guard: number): number {
  const quote = closingQuote(text, from, guard);
  if (quote === -1) return text.length;
  const run = backslashesBefore(text, quote);
  return run < guard ? quote - run : quote + 1;
}

function bracketEnd(text: string, from: number, guard: number): number {
  const token = /["{}[\]]/g;
  let depth = 0;
  token.lastIndex = from;
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    const char = match[0];
    if (char === '{' || char === '[') depth += 1;
    else if (char === '"') {
      const run = backslashesBefore(text, match.index);
      if (run < guard) return match.index - run; // a text around it ends: it was cut off
      token.lastIndex = stringEnd(text, match.index + 1, guard);
    } else {
      depth -= 1;
      if (depth === 0) return match.index + 1;
    }
  }
  return text.length;
}

/**
 * The members of the object that `text` is, by name, as spans of their values; of a name that
 * occurs twice the last, as JSON parsers do. Expects text that has been parsed before.
 */
export function memberSpans(text: string): ReadonlyMap<string, Span> {
  const spans = new Map<string, Span>();
  let index = skipBlanks(text, 0);
  if (text.charAt(index) !== '{') return spans;
  index += 1;
  while (index < text.length) {
    index = skipBlanks(text, index);
    if (text.charCodeAt(index) !== QUOTE) return spans;
    const keyEnd = closingQuote(text, index + 1, 0);
    if (keyEnd === -1) return spans;
    const name = readName(text.slice(index, keyEnd + 1));
    const start = skipBlanks(text, skipBlanks(text, keyEnd + 1) + 1);
    const end = valueEnd(text, start, 0);
    spans.set(name, { start, end });
    index = skipBlanks(text, end);
    if (text.charAt(index) !== ',') return spans;
    index += 1;
  }
  return spans;
}

function readName(quoted: string): string {
  if (!quoted.includes('\\')) return quoted.slice(1, -1);
  try {
    return String(JSON.parse(quoted));
  } catch {
    return quoted;
  }
}

/** The elements of the list that `text` is, as spans. Expects text that has been parsed before. */
export function elementSpans(text: string): readonly Span[] {
  const spans: Span[] = [];
  let index = skipBlanks(text, 0);
  if (text.charAt(index) !== '[') return spans;
  while (index < text.length && (index === 0 || text.charAt(index) !== ']')) {
    const start = skipBlanks(text, index + 1);
    if (text.charAt(start) === ']') return spans;
    const end = valueEnd(text, start, 0);
    spans.push({ start, end });
    index = skipBlanks(text, end);
    if (text.charAt(index) !== ',') return spans;
  }
  return spans;
}

/**
 * Whether brackets outside of strings are nested deeper than `depthMax`, which would overflow the
 * stack of any recursive reader. Takes any text, at the price of one pass over it.
 */
export function isNestedDeeper(text: string, depthMax: number): boolean {
  if (!hasMoreBrackets(text, depthMax)) return false;
  const token = /["{}[\]]/g;
  let depth = 0;
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    const char = match[0];
    if (char === '"') {
      const close = closingQuote(text, match.index + 1, 0);
      if (close === -1) return false;
      token.lastIndex = close + 1;
    } else if (char === '{' || char === '[') {
      depth += 1;
      if (depth > depthMax) return true;
    } else depth -= 1;
  }
  return false;
}

/** Most texts have fewer opening brackets than the limit; counting those is cheap. */
function hasMoreBrackets(text: string, countMax: number): boolean {
  let count = 0;
  for (const bracket of ['{', '[']) {
    for (let at = text.indexOf(bracket); at !== -1; at = text.indexOf(bracket, at + 1)) {
      count += 1;
      if (count > countMax) return true;
    }
  }
  return false;
}
