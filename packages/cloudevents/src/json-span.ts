/**
 * Where values lie in JSON text that is known to parse: what `JSON.parse` would round has to be
 * cut out of the text as it is.
 */

/** A piece of text: `start` inclusive, `end` exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The span of a member of the object in `text`; of several of one name the last, as in parsing. */
export function memberSpan(text: string, name: string): Span | undefined {
  let found: Span | undefined;
  let index = skipBlanks(text, skipBlanks(text, 0) + 1);
  while (index < text.length && text.charAt(index) !== '}') {
    const keyEnd = valueEnd(text, index);
    const start = skipBlanks(text, skipBlanks(text, keyEnd) + 1);
    const end = valueEnd(text, start);
    if (JSON.parse(text.slice(index, keyEnd)) === name) found = { start, end };
    index = skipBlanks(text, end);
    if (text.charAt(index) === ',') index = skipBlanks(text, index + 1);
  }
  return found;
}

/** The spans of the elements of the list in `text`. */
export function elementSpans(text: string): readonly Span[] {
  const spans: Span[] = [];
  let index = skipBlanks(text, skipBlanks(text, 0) + 1);
  while (index < text.length && text.charAt(index) !== ']') {
    const end = valueEnd(text, index);
    spans.push({ start: index, end });
    index = skipBlanks(text, end);
    if (text.charAt(index) === ',') index = skipBlanks(text, index + 1);
  }
  return spans;
}

/** Whether brackets outside of strings are nested deeper than `depthMax`. Takes any text. */
export function isDeeperThan(text: string, depthMax: number): boolean {
  if (!mayBeDeeper(text, depthMax)) return false;
  let depth = 0;
  const token = /["{}[\]]/g;
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    const char = match[0];
    if (char === '"') token.lastIndex = stringEnd(text, match.index);
    else if (char === '{' || char === '[') {
      depth += 1;
      if (depth > depthMax) return true;
    } else depth -= 1;
  }
  return false;
}

/** Most texts have fewer opening brackets than the limit; counting those is cheap. */
function mayBeDeeper(text: string, depthMax: number): boolean {
  let count = 0;
  for (const bracket of ['{', '[']) {
    for (let at = text.indexOf(bracket); at !== -1; at = text.indexOf(bracket, at + 1)) {
      count += 1;
      if (count > depthMax) return true;
    }
  }
  return false;
}

function valueEnd(text: string, start: number): number {
  const first = text.charAt(start);
  if (first === '"') return stringEnd(text, start);
  if (first === '{' || first === '[') return bracketEnd(text, start);
  const end = /[\s,}\]]/g;
  end.lastIndex = start;
  return end.exec(text)?.index ?? text.length;
}

function bracketEnd(text: string, start: number): number {
  let depth = 0;
  const token = /["{}[\]]/g;
  token.lastIndex = start;
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    const char = match[0];
    if (char === '"') token.lastIndex = stringEnd(text, match.index);
    else depth += char === '{' || char === '[' ? 1 : -1;
    if (depth === 0) return match.index + 1;
  }
  return text.length;
}

/** Just behind the quote that closes the string opened at `open`. */
function stringEnd(text: string, open: number): number {
  for (let quote = text.indexOf('"', open + 1); quote !== -1;) {
    let run = quote;
    while (text.charAt(run - 1) === '\\') run -= 1;
    if ((quote - run) % 2 === 0) return quote + 1;
    quote = text.indexOf('"', quote + 1);
  }
  return text.length;
}

function skipBlanks(text: string, from: number): number {
  let index = from;
  while (/[ \t\r\n]/.test(text.charAt(index))) index += 1;
  return index;
}
