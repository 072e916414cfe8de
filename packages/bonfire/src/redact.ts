import type { Redacted, Redaction } from '@viaduct/core';
import { backslashesBefore, closingQuote, skipBlanks, valueEnd } from './json-span.ts';
import type { BonfireMessage } from './message.ts';

/**
 * Replaces the secrets of a message on its raw text, at every depth of nested JSON texts: a text by
 * `***`, a number by 0, a list by [] and an object by {}. null, true, false and empty texts tell
 * nothing and stay. The routing key under which the message came is no part of its body and stays
 * too: without it the message could not be sent on.
 */
export function redact(native: BonfireMessage): Redacted<BonfireMessage> {
  const { body } = native;
  const text = typeof body === 'string' ? body : characters(body);
  const redacted = redactText(text);
  if (redacted === undefined) return { native, redactions: [] };
  const clean =
    typeof body === 'string'
      ? redacted.text
      : Uint8Array.from(redacted.text, (character) => character.charCodeAt(0));
  return { native: { ...native, body: clean }, redactions: redacted.redactions };
}

/** What a secret text becomes. */
const MASK = '***';

/** Keys longer than this are not looked at: no known secret has one. */
const KEY_LENGTH_MAX = 128;

/** Words that occur in the names of secrets; they only send us to look at the key around them. */
const HINT =
  /passw|passphrase|credential|secret|token|private_?key|ssh|authori[sz]ed|routing|keys?["\\]/gi;

/**
 * A compute's context holds `bonfire_credentials`, `bonfire_experiment_aggregator_password`,
 * `bonfire_experiment_routing_key` and ssh keys; an experiment's document `aggregator_password` and
 * `routing_key`. Whoever has the routing key reads and writes that experiment's messages.
 */
const SECRET_PARTS = [
  'password',
  'passwd',
  'passphrase',
  'credential',
  'secret',
  'privatekey',
  'sshkey',
  'authorizedkey',
  'routingkey',
  'apikey',
  'authkey',
];

/** Whether a member of this name holds a secret. */
export function isSecretName(name: string): boolean {
  const plain = name.toLowerCase().replace(/[^a-z0-9]/g, '');
  return SECRET_PARTS.some((part) => plain.includes(part)) || plain.endsWith('token');
}

interface RedactedText {
  readonly text: string;
  readonly redactions: readonly Redaction[];
}

function redactText(text: string): RedactedText | undefined {
  const hint = new RegExp(HINT);
  const pieces: string[] = [];
  const redactions: Redaction[] = [];
  let done = 0;
  for (let match = hint.exec(text); match !== null; match = hint.exec(text)) {
    const secret = secretAt(text, match.index);
    if (secret === undefined) continue;
    hint.lastIndex = Math.max(secret.end, hint.lastIndex);
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

/** One character a byte, so that nothing shifts in a body that is no UTF-8. */
function characters(bytes: Uint8Array): string {
  const pieces: string[] = [];
  for (let start = 0; start < bytes.length; start += 8192) {
    pieces.push(String.fromCharCode(...bytes.subarray(start, start + 8192)));
  }
  return pieces.join('');
}
