/**
 * Where OpenNebula's messages hold secrets. oned masks the session and the new passwords of
 * user calls itself (`****`); the rest leaves in clear: login tokens, password hashes, VNC and
 * context passwords, keys of data stores and markets, SQL with the user table in it.
 *
 * Works on the raw bytes, one character a byte, whether the body is well-formed or not.
 */

/** A secret's place in a text. */
export interface Span {
  readonly start: number;
  readonly end: number;
  /** What it is called there: `PASSWD`, `VALUE[OUT 2]`. */
  readonly name: string;
}

/**
 * One search over the whole text that most messages do not match. In template text names may be
 * written in lower case; oned writes elements in upper case.
 */
export function mayHoldSecret(bytes: string): boolean {
  return MAY_HOLD_SECRET.test(bytes);
}

const MAY_HOLD_SECRET = /passw|token|secret|one\.(?:user\.|system\.sql|zone\.)/i;

/** Parameters that are secrets as a whole: `IN n`, `OUT n`; `IN *` is all but the session. */
const CALL_SECRETS: Readonly<Record<string, readonly string[]>> = {
  'one.user.login': ['IN 3', 'OUT 2'],
  'one.user.allocate': ['IN 3'],
  'one.user.passwd': ['IN 3'],
  'one.user.chauth': ['IN 4'],
  'one.system.sql': ['IN 2'],
  'one.system.sqlquery': ['IN 2', 'OUT 2'],
  'one.zone.replicate': ['IN *'],
  'one.zone.fedreplicate': ['IN *'],
};

const CALL = /<CALL>\s*(one\.[a-z]+\.[a-z]+)\s*<\/CALL>/;
const PARAMETER =
  /<PARAMETER>\s*<POSITION>\s*(\d{1,9})\s*<\/POSITION>\s*<TYPE>\s*(IN|OUT)\s*<\/TYPE>\s*<VALUE>/g;
const VALUE_END = /<\/VALUE>\s*<\/PARAMETER>/g;

/** The parameters that the table above names. A failed call's OUT 2 is its error text. */
export function callSecrets(bytes: string): readonly Span[] {
  const call = CALL.exec(bytes)?.[1];
  const wanted = call !== undefined && Object.hasOwn(CALL_SECRETS, call) ? CALL_SECRETS[call] : [];
  if (wanted === undefined || wanted.length === 0) return [];
  const failed = /<RESULT>\s*0\s*<\/RESULT>/.test(bytes);
  const spans: Span[] = [];
  for (const match of bytes.matchAll(PARAMETER)) {
    const [opening, position = '', type = ''] = match;
    const start = match.index + opening.length;
    const everyInput = type === 'IN' && position !== '1' && wanted.includes('IN *');
    if (!everyInput && !wanted.includes(`${type} ${position}`)) continue;
    if (type === 'OUT' && failed) continue;
    VALUE_END.lastIndex = start;
    const end = VALUE_END.exec(bytes)?.index ?? bytes.length;
    if (!isMasked(bytes, start, end))
      spans.push({ start, end, name: `VALUE[${type} ${position}]` });
    if (end === bytes.length) break;
  }
  return spans;
}

const KEYWORD = /PASSW(?:OR)?D|TOKEN|SECRET/gi;
/** Longest name looked at around a keyword, and longest run of blanks within an assignment. */
const NAME_LENGTH_MAX = 128;
const BLANKS_MAX = 64;

/** Names that hold a keyword and no secret: flags, references, containers. */
const NO_SECRETS: ReadonlySet<string> = new Set(['CEPH_SECRET', 'LOGIN_TOKEN', 'RANDOM_PASSWD']);
const SECRET_NAME = /PASSW(?:OR)?D|TOKEN$|(?:^|[_-])SECRET(?:_ACCESS_KEY|_KEY)?$/i;

/**
 * The values of elements (`<PASSWD>…`, also with CDATA and as escaped text), of template
 * attributes (`PASSWORD = "…"`) and of JSON members (`"password": "…"`) whose names say that
 * they are secret.
 */
export function namedSecrets(bytes: string): readonly Span[] {
  const spans: Span[] = [];
  let seen: readonly [number, number] = [0, 0]; // the value found last
  KEYWORD.lastIndex = 0;
  for (let match = KEYWORD.exec(bytes); match !== null; match = KEYWORD.exec(bytes)) {
    if (match.index >= seen[0] && match.index < seen[1]) {
      KEYWORD.lastIndex = seen[1];
      continue;
    }
    const [start, end] = nameAround(bytes, match.index, KEYWORD.lastIndex);
    KEYWORD.lastIndex = end; // not after the value: what stands between can be another secret
    const name = bytes.slice(start, end);
    if (NO_SECRETS.has(name.toUpperCase()) || !SECRET_NAME.test(name)) continue;
    const value = valueAfter(bytes, start, end, name);
    if (value === undefined) continue;
    const [from, to] = value;
    if (isMasked(bytes, from, to) || isFlag(name, bytes, from, to)) continue;
    spans.push({ start: from, end: to, name });
    if (to > seen[1]) seen = value;
  }
  return spans;
}

function nameAround(text: string, from: number, to: number): readonly [number, number] {
  let start = from;
  while (start > from - NAME_LENGTH_MAX && isNameCode(text.charCodeAt(start - 1))) start -= 1;
  let end = to;
  while (end < to + NAME_LENGTH_MAX && isNameCode(text.charCodeAt(end))) end += 1;
  return [start, end];
}

type Value = readonly [number, number] | undefined;

function valueAfter(text: string, start: number, end: number, name: string): Value {
  if (text[start - 1] === '<') return elementValue(text, end, '<', '>', name);
  if (text.startsWith('&lt;', start - 4)) return elementValue(text, end, '&lt;', '&gt;', name);
  return assignedValue(text, end);
}

/** Between `<NAME …>` and `</NAME>`; to the end of the text where it was cut off before. */
function elementValue(text: string, at: number, open: string, close: string, name: string): Value {
  const length = text.slice(at, at + NAME_LENGTH_MAX).indexOf(close);
  const tag = at + length;
  if (length < 0 || text[tag - 1] === '/') return undefined;
  let start = tag + close.length;
  const found = text.indexOf(`${open}/${name}`, start);
  let end = found < 0 ? text.length : found;
  const cdata = `${open}![CDATA[`;
  if (text.startsWith(cdata, start)) {
    start += cdata.length;
    const last = `]]${close}`;
    if (text.startsWith(last, end - last.length)) end = Math.max(start, end - last.length);
  }
  return [start, end];
}

const QUOTES = ['"', '\\"', '&quot;', "'", '&apos;', '&#34;', '&#39;'] as const;

/** After `=` or `:`, in quotes of any spelling or bare up to a separator. */
function assignedValue(text: string, from: number): Value {
  let at = from;
  for (const quote of QUOTES) {
    if (text.startsWith(quote, at)) {
      at += quote.length; // the end of a quoted JSON name
      break;
    }
  }
  at = skipBlanks(text, at);
  if (text[at] !== '=' && text[at] !== ':') return undefined;
  at = skipBlanks(text, at + 1);
  for (const quote of QUOTES) {
    if (text.startsWith(quote, at)) return quotedValue(text, at + quote.length, quote);
  }
  const end = bareEnd(text, at);
  return end > at ? [at, end] : undefined;
}

const VALUE_BOUNDARY = /<\/VALUE>|\]\]>/;

/** To the closing quote that no backslash protects; where there is none, to the value's end. */
function quotedValue(text: string, start: number, quote: string): Value {
  let end = text.indexOf(quote, start);
  while (end > 0 && isEscaped(text, end, start)) end = text.indexOf(quote, end + 1);
  if (end < 0) end = text.length;
  const boundary = VALUE_BOUNDARY.exec(text.slice(start, end));
  return [start, boundary === null ? end : start + boundary.index];
}

function isEscaped(text: string, at: number, start: number): boolean {
  let backslashes = 0;
  while (at - backslashes > start && text[at - backslashes - 1] === '\\') backslashes += 1;
  return backslashes % 2 === 1;
}

function bareEnd(text: string, start: number): number {
  const separator = /[\s,\]<>"]/g;
  separator.lastIndex = start;
  return separator.exec(text)?.index ?? text.length;
}

function skipBlanks(text: string, from: number): number {
  let at = from;
  while (at - from < BLANKS_MAX && /\s/.test(text.charAt(at))) at += 1;
  return at;
}

/** Already replaced, by oned or by us, or empty. */
function isMasked(text: string, start: number, end: number): boolean {
  if (end - start > BLANKS_MAX) return false;
  return /^(?:<!\[CDATA\[)?\**(?:\]\]>)?$/.test(text.slice(start, end));
}

/** `CONTEXT/TOKEN = YES` asks for a token; it is none. */
function isFlag(name: string, text: string, start: number, end: number): boolean {
  return /TOKEN$/i.test(name) && end - start <= 5 && /^(?:yes|no)$/i.test(text.slice(start, end));
}

function isNameCode(code: number): boolean {
  return (
    (code >= 65 && code <= 90) ||
    (code >= 97 && code <= 122) ||
    (code >= 48 && code <= 57) ||
    code === 95 ||
    code === 45
  );
}
