/**
 * Where values lie in JSON text, without parsing it: redaction must work on malformed text too.
 *
 * Programs put JSON texts into JSON texts. At nesting `level` L a quote is written behind 2^L - 1
 * backslashes, its *guard*; a literal backslash takes 2^(L+1) of them.
 */

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
    const run = Math.min(backslashesBefore(text, quote), quote - from);
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
  if (text.charCodeAt(from + guard) === QUOTE) return stringEnd(text, from + guard + 1, guard);
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
