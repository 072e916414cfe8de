/** Which names belong to secrets, and secrets inside texts whose format nobody declared. */

const SECRET_PARTS = [
  'password',
  'passwd',
  'pswd',
  'passphrase',
  'adminpass',
  'authtoken',
  'accesstoken',
  'secret',
  'privatekey',
  'apikey',
  'accesskey',
  'authorization',
  'credential',
];

const SECRET_ENDINGS = ['token', 'pwd', 'psk', 'cookie', 'userdata'];

/** Asked first: most texts hold none of these words. */
const HINT =
  /token|pass|pswd|pwd|secret|private.?key|api.?key|access.?key|authoriz|credential|psk|cookie|user.?data|:\/\/|bearer|basic /i;

/** The same for names: some part of every secret's name is here. */
const NAME_HINT = /pass|pswd|token|secret|key|authoriz|credential|pwd|psk|cookie|data/i;

/** What a secret text becomes. */
export const MASK = '***';

/** Whether a member, header or attribute of this name holds a secret. */
export function isSecretName(name: string): boolean {
  if (name.length > 128 || !NAME_HINT.test(name)) return false;
  const plain = name.toLowerCase().replace(/[^a-z0-9]/g, '');
  return (
    SECRET_PARTS.some((part) => plain.includes(part)) ||
    SECRET_ENDINGS.some((ending) => plain.endsWith(ending))
  );
}

/** A text without its secrets, and their names. `undefined` where it has none. */
export interface RedactedText {
  readonly text: string;
  readonly names: readonly string[];
}

/**
 * Finds secrets in a text by the forms in which programs write a name and its value: JSON and
 * Python literals (also inside JSON strings), URL queries and forms, XML, user information of URLs,
 * `Authorization` values.
 */
export function redactText(text: string): RedactedText | undefined {
  if (!HINT.test(text)) return undefined;
  const names: string[] = [];
  const mask = (name: string, value: string, whole: string, replaced: string): string => {
    if (value === '' || value === MASK) return whole;
    names.push(name);
    return replaced;
  };
  const redacted = redactMembers(redactMembers(text, MEMBER, names), NAMED, names)
    .replace(PAIR, (whole: string, before: string, name: string, value: string) =>
      isSecretName(name) ? mask(name, value, whole, `${before}${name}=${MASK}`) : whole,
    )
    .replace(ELEMENT, (whole: string, open: string, name: string, value: string) =>
      isSecretName(name) ? mask(name, value, whole, `${open}${MASK}`) : whole,
    )
    .replace(USER_INFO, (whole: string, before: string, value: string) =>
      mask('url', value, whole, `${before}${MASK}@`),
    )
    .replace(SCHEME, (whole: string, scheme: string, value: string) =>
      mask(scheme, value, whole, `${scheme} ${MASK}`),
    );
  return names.length === 0 ? undefined : { text: redacted, names };
}

const PAIR = /(^|[?&;\s])([\w.-]{1,64})=([^&;\s"'<>\\]+)/g;
const ELEMENT = /(<([\w:.-]{1,64})>)([^<]{1,65536})(?=<\/)/g;
const USER_INFO = /([a-z][a-z0-9+.-]{0,20}:\/\/[^\s:@/"']{0,256}:)([^\s@/"']{1,512})@/gi;
const SCHEME = /\b(Bearer|Basic) ([\w.~+/=-]{8,8192})/gi;

const MEMBER = /(\\*)(["'])([\w.-]{1,64})\1\2\s*[:=]\s*(?:[ub](?=["']))?/g;

/** `"name": "admin_pass", "value":`, as lists of parameters are written. */
const NAMED =
  /(\\*)(["'])(?:name|key)\1\2\s*[:=]\s*\1\2([\w.-]{1,64})\1\2\s*,\s*\1\2value\1\2\s*[:=]\s*/g;

/** `"name": value` and `'name': value`, at any depth of escaping; cut-off texts too. */
function redactMembers(text: string, pattern: RegExp, names: string[]): string {
  const pieces: string[] = [];
  let done = 0;
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const [, guard = '', quote = '"', name = ''] = match;
    if (!isSecretName(name)) continue;
    const start = pattern.lastIndex;
    const opened = text.startsWith(guard + quote, start);
    const from = opened ? start + guard.length + 1 : start;
    const end = opened ? closing(text, from, quote, guard.length) : bareEnd(text, from);
    const value = text.slice(from, end);
    pattern.lastIndex = end;
    if (value === '' || value === MASK || /^(?:null|true|false|None)$/.test(value)) continue;
    names.push(name);
    pieces.push(text.slice(done, from), opened ? MASK : '0');
    done = end;
  }
  return pieces.join('') + text.slice(done);
}

/** Where the value of a string ends: at its closing quote, or that of a string around it. */
function closing(text: string, from: number, quote: string, guard: number): number {
  for (let at = text.indexOf(quote, from); at !== -1; at = text.indexOf(quote, at + 1)) {
    let run = at;
    while (run > from && text.charAt(run - 1) === '\\') run -= 1;
    const backslashes = at - run;
    if (backslashes < guard || (backslashes - guard) % (2 * (guard + 1)) === 0) {
      return at - Math.min(backslashes, guard);
    }
  }
  return text.length;
}

/** A number, a list, an object: everything to the end of it on this level. */
function bareEnd(text: string, from: number): number {
  if (!/[[{(]/.test(text.charAt(from))) {
    const end = /[\s,}\])]/g;
    end.lastIndex = from;
    return end.exec(text)?.index ?? text.length;
  }
  let depth = 0;
  for (let index = from; index < text.length; index += 1) {
    const char = text.charAt(index);
    if ('[{('.includes(char)) depth += 1;
    else if (')}]'.includes(char)) depth -= 1;
    if (depth === 0) return index + 1;
  }
  return text.length;
}
