import { backslashesBefore, closingQuote, skipBlanks, valueEnd } from './json-span.ts';
import { latin1Bytes, latin1Text } from '../latin1.ts';
import type { Redaction } from '../loss.ts';

/** What a secret text becomes; oslo's own log driver writes the same. */
export const MASK = '***';

/** Keys longer than this are not looked at: no known secret has one. */
export const SECRET_NAME_LENGTH_MAX = 128;

/** What a dialect knows about its secrets. */
export interface SecretNames {
  /**
   * Words that occur in the names of secrets, found anywhere in the text: they only send us to look
   * at the key around them, so too many cost time and too few a secret. Needs the flag `g`.
   */
  readonly hint: RegExp;
  /** Whether a member of this name holds a secret. */
  readonly isSecret: (name: string) => boolean;
  /** Looks for a secret in another notation, where the key at `index` is none of JSON. */
  readonly otherSecretAt?: (text: string, index: number) => FoundSecret | undefined;
}

/** A secret in a text: its value from `start` to `end`. */
export interface FoundSecret {
  readonly name: string;
  readonly start: number;
  readonly end: number;
  /** What it becomes; `undefined` where there is nothing to hide. */
  readonly mask: string | undefined;
}

/** What came of looking for secrets. */
export interface RedactedBody<Body extends string | Uint8Array> {
  readonly body: Body;
  readonly redactions: readonly Redaction[];
}

/**
 * Replaces secrets in a JSON text, at every depth of JSON texts inside it, by span: so that a
 * malformed or cut-off text is covered too and everything else stays as it is. A text becomes
 * {@link MASK}, a number 0, a list [], an object {}; null, true, false and empty texts tell nothing
 * and stay. `undefined` where it has none.
 */
export function redactJsonText(text: string, names: SecretNames): RedactedBody<string> | undefined {
  const { hint } = names;
  const pieces: string[] = [];
  const redactions: Redaction[] = [];
  let done = 0;
  hint.lastIndex = 0;
  for (let match = hint.exec(text); match !== null; match = hint.exec(text)) {
    const secret = secretAt(text, match.index, names) ?? names.otherSecretAt?.(text, match.index);
    if (secret === undefined) continue;
    hint.lastIndex = Math.max(secret.end, hint.lastIndex);
    if (secret.mask === undefined) continue;
    pieces.push(text.slice(done, secret.start), secret.mask);
    redactions.push({ path: secret.name });
    done = secret.end;
  }
  if (redactions.length === 0) return undefined;
  return { body: pieces.join('') + text.slice(done), redactions };
}

/** The same for bytes that are no UTF-8, looked through one character a byte. */
export function redactJsonBytes(
  bytes: Uint8Array,
  names: SecretNames,
): RedactedBody<Uint8Array> | undefined {
  const found = redactJsonText(latin1Text(bytes), names);
  return found === undefined
    ? undefined
    : { body: latin1Bytes(found.body), redactions: found.redactions };
}

/** A name as secrets are recognised by: lower case, letters and digits alone. */
export function plainName(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}

/** The secret whose key holds the word at `index`; `undefined` where that is no such key. */
function secretAt(text: string, index: number, names: SecretNames): FoundSecret | undefined {
  const from = Math.max(0, index - SECRET_NAME_LENGTH_MAX);
  const open = from + text.slice(from, index).lastIndexOf('"');
  if (open < from) return undefined;
  const guard = backslashesBefore(text, open);
  const close = closingQuote(text, open + 1, guard);
  if (close === -1 || close - open > SECRET_NAME_LENGTH_MAX) return undefined;
  const name = unescaped(text.slice(open + 1, close - guard));
  const colon = skipBlanks(text, close + 1);
  if (text.charAt(colon) !== ':' || !names.isSecret(name)) return undefined;
  const start = skipBlanks(text, colon + 1);
  const end = valueEnd(text, start, guard);
  return { name, start, end, mask: maskOf(text, start, end, guard) };
}

/** A key with the escapes of its letters undone: `rest\u005ftoken` is a token too. */
function unescaped(name: string): string {
  if (!name.includes('\\')) return name;
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
  const inside = Math.max(start + guard + 1, end - guard - 1);
  const isClosed = text.slice(inside, end) === quote;
  const value = text.slice(start + guard + 1, isClosed ? inside : end);
  if (value === '' || value === MASK) return undefined;
  return isClosed ? quote + MASK + quote : quote + MASK;
}
