import type { Redacted, Redaction } from '@viaduct/core';
import { backslashesBefore, closingQuote, skipBlanks, valueEnd } from './json-span.ts';
import type { CloudifyMessage } from './message.ts';

/**
 * Replaces the secrets of a message on its raw text, at every depth of nested JSON texts: the
 * token of the execution's creator (`rest_token`, a live key to the manager), and what has the name
 * of a secret among the parameters of a workflow. A text becomes `***`, a number 0, a list [], an
 * object {}. null, true, false and empty texts tell nothing and stay.
 */
export function redact(native: CloudifyMessage): Redacted<CloudifyMessage> {
  const { body } = native;
  const isText = typeof body === 'string';
  const redacted = redactText(isText ? body : characters(body));
  if (redacted === undefined) return { native, redactions: [] };
  const { text, redactions } = redacted;
  // Neither UTF-8 nor ours: looked through one character a byte, so that nothing shifts.
  const clean = isText ? text : Uint8Array.from(text, (character) => character.charCodeAt(0));
  return { native: { ...native, body: clean }, redactions };
}

/** What a secret text becomes. */
export const MASK = '***';

/** Keys longer than this are not looked at: no known secret has one. */
const KEY_LENGTH_MAX = 128;

/**
 * Words that occur in the names of secrets, found anywhere in the text: they only send us to look
 * at the key around them. An escaped letter may hide such a word.
 */
const HINT =
  /token|passw|pswd|passphrase|secret|private_?key|ssh_?key|api_?key|access_?key|credential|cookie|\\u00[2-7]/gi;

const SECRET_PARTS =
  /passw|pswd|passphrase|secret|privatekey|sshkey|apikey|accesskey|authtoken|resttoken/;

const SECRET_ENDINGS = /(?:token|tokens|credential|credentials|cookie)$/;

/** Whether a member of this name holds a secret. */
export function isSecretName(name: string): boolean {
  const plain = name.toLowerCase().replace(/[^a-z0-9]/g, '');
  return SECRET_PARTS.test(plain) || SECRET_ENDINGS.test(plain);
}

function characters(bytes: Uint8Array): string {
  const pieces: string[] = [];
  for (let start = 0; start < bytes.length; start += 8192) {
    pieces.push(String.fromCharCode(...bytes.subarray(start, start + 8192)));
  }
  return pieces.join('');
}

interface RedactedText {
  readonly text: string;
  readonly redactions: readonly Redaction[];
}

function redactText(text: string): RedactedText | undefined {
  const pieces: string[] = [];
  const redactions: Redaction[] = [];
  let done = 0;
  HINT.lastIndex = 0;
  for (let hint = HINT.exec(text); hint !== null; hint = HINT.exec(text)) {
    const secret = secretAt(text, hint.index);
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
  const name = unescaped(text.slice(open + 1, close - guard));
  const colon = skipBlanks(text, close + 1);
  if (text.charAt(colon) !== ':' || !isSecretName(name)) return undefined;
  const start = skipBlanks(text, colon + 1);
  const end = valueEnd(text, start, guard);
  return { name, start, end, mask: maskOf(text, start, end, guard) };
}

/** A key with the escapes of its letters undone: `rest\u005ftoken` is a token too. */
function unescaped(name: string): string {
  return name.replace(/\\+u([0-9a-fA-F]{4})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 16)),
  );
}

function maskOf(text: string, start: number, end: number, guard: number): string | undefined {
  const first = text.charAt(start);
  if (first === '{') return end - start > 2 ? '{}' : undefined;
  if (first === '[') return end - start > 2 ? '[]' : undefined;
  if (/[-\d]/.test(first)) return text.slice(start, end) === '0' ? undefined : '0';
  const quote = text.slice(start, start + guard + 1);
  if (!quote.endsWith('"')) return undefined;
  const innerStart = start + guard + 1;
  const innerEnd = Math.max(innerStart, end - guard - 1);
  const isClosed = end > innerStart && text.slice(innerEnd, end) === quote;
  const inner = text.slice(innerStart, isClosed ? innerEnd : end);
  if (inner === MASK || (isClosed && inner === '')) return undefined;
  return isClosed ? quote + MASK + quote : quote + MASK;
}
