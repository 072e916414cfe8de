import type { Redacted, Redaction } from '@viaduct/core';
import { contentBytes } from './content.ts';
import type { OpennebulaMessage } from '../message.ts';
import { callSecrets, mayHoldSecret, namedSecrets, type Span } from './secrets.ts';

/** What stands in the place of a secret. */
export const MASK = '***';

/** Redactions listed for one message at most; beyond, secrets are still replaced. */
export const REDACTIONS_MAX = 1000;

/**
 * Replaces the secrets of a message by `***`, by span on the raw bytes, so that malformed bodies
 * are covered too. The same object comes back where there is none: one search tells for nearly all
 * messages. Content that is not base64 but turns out to hold a secret when read as leniently as
 * Ruby reads it, is masked as a whole and stays what it was: not base64.
 */
export function redact(native: OpennebulaMessage): Redacted<OpennebulaMessage> {
  const bytes = contentBytes(native.content);
  if (bytes === undefined) return redactUnreadable(native);
  if (!mayHoldSecret(bytes)) return { native, redactions: [] };
  const spans = merge([...callSecrets(bytes), ...namedSecrets(bytes)]);
  if (spans.length === 0) return { native, redactions: [] };
  const tail = native.content.slice(native.content.trimEnd().length); // RETRY's trailing blank
  return {
    native: { key: native.key, content: btoa(replaceSpans(bytes, spans)) + tail },
    redactions: redactionsOf(bytes, spans),
  };
}

function redactUnreadable(native: OpennebulaMessage): Redacted<OpennebulaMessage> {
  const text = native.content;
  const lenient = contentBytes(lenientBase64(text)) ?? '';
  if (!mayHoldSecret(lenient) && !mayHoldSecret(text)) {
    return { native, redactions: [] };
  }
  return { native: { key: native.key, content: MASK }, redactions: [{ path: 'content' }] };
}

/** What remains when everything outside the alphabet is dropped, cut to whole groups of four. */
function lenientBase64(text: string): string {
  const kept = text.replace(/[^A-Za-z0-9+/]/g, '');
  return kept.slice(0, kept.length - (kept.length % 4));
}

/** Sorted by place, overlapping ones made one. */
function merge(spans: Span[]): readonly Span[] {
  spans.sort((a, b) => a.start - b.start || b.end - a.end);
  const merged: Span[] = [];
  for (const span of spans) {
    const last = merged.at(-1);
    if (last === undefined || span.start >= last.end) merged.push(span);
    else if (span.end > last.end) merged[merged.length - 1] = { ...last, end: span.end };
  }
  return merged;
}

function replaceSpans(bytes: string, spans: readonly Span[]): string {
  const parts: string[] = [];
  let at = 0;
  for (const { start, end } of spans) {
    parts.push(bytes.slice(at, start), MASK);
    at = end;
  }
  parts.push(bytes.slice(at));
  return parts.join('');
}

/** The lookahead keeps a `<` without end from being tried with every length of name. */
const TAG = /<(\/?)([A-Za-z_][\w.-]{0,127})(?![\w.-])([^<>]{0,256})>/g;
const PATH_DEPTH_MAX = 16;

/** Each redaction's path of elements, as well as a malformed body tells it, and its own name. */
function redactionsOf(bytes: string, spans: readonly Span[]): readonly Redaction[] {
  const redactions: Redaction[] = [];
  const open: string[] = [];
  const tags = bytes.matchAll(TAG);
  let tag = tags.next();
  for (const span of spans.slice(0, REDACTIONS_MAX)) {
    for (; !tag.done && tag.value.index < span.start; tag = tags.next()) follow(open, tag.value);
    const path = open.slice(0, PATH_DEPTH_MAX);
    if (path.at(-1) === span.name.replace(/\[.*/, '')) path.pop();
    path.push(span.name);
    redactions.push({ path: path.join('/') });
  }
  return redactions;
}

function follow(open: string[], tag: RegExpMatchArray): void {
  const [, slash, name = '', rest = ''] = tag;
  if (slash === '/') {
    const at = open.lastIndexOf(name);
    if (at >= 0) open.length = at;
  } else if (!rest.endsWith('/') && open.length < PATH_DEPTH_MAX) {
    open.push(name);
  }
}
