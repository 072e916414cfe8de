import type { Redacted, Redaction } from '@viaduct/core';
import { packedText } from './body.ts';
import { backslashesBefore, closingQuote, skipBlanks, valueEnd } from './json-span.ts';
import { COMPRESSION_HEADER, type OsloMessage } from './message.ts';

/**
 * Replaces the secrets of a message, on its raw text, at every depth of nested JSON texts: a text
 * by `***`, a number by 0, a list by [] and an object by {} (a service catalog holds end points and
 * nothing else worth keeping). null, true, false and empty texts tell nothing and stay.
 *
 * A compressed body is unpacked first; if it holds a secret, the message goes on unpacked. What
 * cannot be unpacked cannot be looked through, so the whole of it counts as a secret.
 */
export function redact(native: OsloMessage): Redacted<OsloMessage> {
  const { body } = native;
  if (typeof body === 'string') {
    const text = redactText(body);
    if (text === undefined) return { native, redactions: [] };
    return { native: { ...native, body: text.text }, redactions: text.redactions };
  }
  const unpacked = packedText(native, body);
  if (unpacked === undefined) return redactBytes(native, body);
  if (!unpacked.ok) return { native: { ...native, body: MASK }, redactions: [{ path: 'body' }] };
  const text = redactText(unpacked.value);
  if (text === undefined) return { native, redactions: [] };
  return {
    native: { ...withoutCompression(native), body: text.text },
    redactions: text.redactions,
  };
}

/** The same message, saying no longer that its body is compressed. */
export function withoutCompression(native: OsloMessage): OsloMessage {
  const { headers } = native.properties ?? {};
  if (headers === undefined || !Object.hasOwn(headers, COMPRESSION_HEADER)) return native;
  const kept = Object.entries(headers).filter(([name]) => name !== COMPRESSION_HEADER);
  return { ...native, properties: { ...native.properties, headers: Object.fromEntries(kept) } };
}

/** What a secret text becomes; oslo's own log driver writes the same. */
const MASK = '***';

/** Keys longer than this are not looked at: no known secret has one. */
const KEY_LENGTH_MAX = 128;

/**
 * Words that occur in the names of secrets (oslo_utils' list, keystone's contexts, ironic's
 * drivers, neutron's VPN). Found anywhere, they only send us to look at the key around them.
 */
const HINT =
  /token|passw|pswd|passphrase|secret|private_?key|credential|service_?catalog|psk|admin_?pass|new_?pass|user_?data|config_?drive|fernet|encrypted_?key|cookie/gi;

const SECRET_PARTS = [
  'password',
  'passwd',
  'pswd',
  'passphrase',
  'adminpass',
  'newpass',
  'authtoken',
  'secret',
  'privatekey',
  'servicecatalog',
  'fernetkey',
  'encryptedkey',
];

const SECRET_ENDINGS = [
  'token',
  'psk',
  'cookie',
  'userdata',
  'configdrive',
  'credential',
  'credentials',
];

/** Whether a member of this name holds a secret. */
export function isSecretName(name: string): boolean {
  const plain = name.toLowerCase().replace(/[^a-z0-9]/g, '');
  return (
    SECRET_PARTS.some((part) => plain.includes(part)) ||
    SECRET_ENDINGS.some((ending) => plain.endsWith(ending))
  );
}

interface RedactedText {
  readonly text: string;
  readonly redactions: readonly Redaction[];
}

function redactText(text: string): RedactedText | undefined {
  HINT.lastIndex = 0;
  if (!HINT.test(text)) return undefined;
  const pieces: string[] = [];
  const redactions: Redaction[] = [];
  let done = 0;
  HINT.lastIndex = 0;
  for (let hint = HINT.exec(text); hint !== null; hint = HINT.exec(text)) {
    const secret = secretAt(text, hint.index) ?? reprSecretAt(text, hint.index);
    if (secret === undefined) continue;
    HINT.lastIndex = Math.max(secret.end, HINT.lastIndex);
    if (secret.mask === undefined) continue;
    pieces.push(text.slice(done, secret.start), secret.mask);
    redactions.push({ path: secret.name });
    done = secret.end;
  }
  if (redactions.length === 0) return undefined;
  return { text: pieces.join('') + text.slice(done), redactions };
}

interface Secret {
  readonly name: string;
  readonly start: number;
  readonly end: number;
  /** What it becomes; missing where there is nothing to hide. */
  readonly mask: string | undefined;
}

/** The secret whose key holds the word at `index`; `undefined` where that is no such key. */
function secretAt(text: string, index: number): Secret | undefined {
  const from = Math.max(0, index - KEY_LENGTH_MAX);
  const open = from + text.slice(from, index).lastIndexOf('"');
  if (open < from) return undefined;
  const guard = backslashesBefore(text, open);
  const close = closingQuote(text, open + 1, guard);
  if (close === -1 || close - open > KEY_LENGTH_MAX) return undefined;
  const name = text.slice(open + 1, close - guard);
  const colon = skipBlanks(text, close + 1);
  if (text.charAt(colon) !== ':' || !isSecretName(name)) return undefined;
  const start = skipBlanks(text, colon + 1);
  const end = valueEnd(text, start, guard);
  return { name, start, end, mask: maskOf(text, start, end, guard) };
}

/**
 * The same in Python's own notation, `{u'auth_token': u'…'}`: what a service puts into a message
 * with `str()` (nova's legacy exceptions do). Ends at the latest with the JSON text around it.
 */
function reprSecretAt(text: string, index: number): Secret | undefined {
  const from = Math.max(0, index - KEY_LENGTH_MAX);
  const open = from + text.slice(from, index).lastIndexOf("'");
  if (open < from) return undefined;
  REPR_MEMBER.lastIndex = open;
  const match = REPR_MEMBER.exec(text);
  const name = match?.[1];
  if (name === undefined || !isSecretName(name)) return undefined;
  const start = REPR_MEMBER.lastIndex;
  const quote = /(?<!\\)'|\\*"/g;
  quote.lastIndex = start;
  const end = quote.exec(text)?.index ?? text.length;
  const value = text.slice(start, end);
  return { name, start, end, mask: value === '' || value === MASK ? undefined : MASK };
}

const REPR_MEMBER = /'([\w-]{1,128})'\s*:\s*[ub]?'/y;

function maskOf(text: string, start: number, end: number, guard: number): string | undefined {
  const first = text.charAt(start);
  if (first === '{') return end - start > 2 ? '{}' : undefined;
  if (first === '[') return end - start > 2 ? '[]' : undefined;
  if (/[-\d]/.test(first)) return text.slice(start, end) === '0' ? undefined : '0';
  const quote = text.slice(start, start + guard + 1);
  if (!quote.endsWith('"')) return undefined;
  const inner = text.slice(start + guard + 1, Math.max(start + guard + 1, end - guard - 1));
  const closed = text.slice(Math.max(start + guard + 1, end - guard - 1), end) === quote;
  if (closed && (inner === '' || inner === MASK)) return undefined;
  if (!closed && text.slice(start + guard + 1, end) === MASK) return undefined;
  return closed ? quote + MASK + quote : quote + MASK;
}

/** Neither UTF-8 nor compressed: looked through one character a byte, so that nothing shifts. */
function redactBytes(native: OsloMessage, bytes: Uint8Array): Redacted<OsloMessage> {
  const characters: string[] = [];
  for (let start = 0; start < bytes.length; start += 8192) {
    characters.push(String.fromCharCode(...bytes.subarray(start, start + 8192)));
  }
  const text = redactText(characters.join(''));
  if (text === undefined) return { native, redactions: [] };
  const body = Uint8Array.from(text.text, (character) => character.charCodeAt(0));
  return { native: { ...native, body }, redactions: text.redactions };
}
