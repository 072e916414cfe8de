import { fail, ok, type CodecError, type Result } from '@viaduct/core';
import { CONTENT_BYTES_MAX } from '../message.ts';

const NOT_ASCII = /[^\x00-\x7f]/;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });
/** Away from the start of a text, U+FEFF is a character like any other. */
const utf8Within = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

/**
 * The bytes of a content frame, one character a byte; `undefined` where it is not base64. Blanks
 * and line breaks in it are passed over, as Ruby's readers do: RETRY has a trailing blank.
 */
export function contentBytes(content: string): string | undefined {
  if (content === last.content) return last.bytes;
  const bytes = decodeBase64(content);
  if (content.length <= KEPT_LENGTH_MAX) last = { content, bytes };
  return bytes;
}

/** Redaction, form and decoding each look at a message's bytes, one after the other. */
let last: { readonly content: string; readonly bytes: string | undefined } = {
  content: '',
  bytes: '',
};
/** Longer contents are not kept beyond their turn. */
const KEPT_LENGTH_MAX = 65_536;

function decodeBase64(content: string): string | undefined {
  try {
    return atob(content);
  } catch {
    return undefined;
  }
}

/** The XML of a content frame in UTF-8. */
export interface ContentBytes {
  /** One character a byte. */
  readonly bytes: string;
  /** Where they are not ASCII; `undefined` where that is in many places. */
  readonly high: HighRuns | undefined;
}

/** The XML of a content frame, which is UTF-8. */
export function parseContentBytes(content: string): Result<ContentBytes, CodecError> {
  if (content.length > CONTENT_BYTES_MAX) {
    return fail({
      code: 'VIA_OPENNEBULA_CONTENT_TOO_LARGE',
      message: `the content has ${content.length} bytes; up to ${CONTENT_BYTES_MAX} are decoded`,
      path: 'content',
    });
  }
  const bytes = contentBytes(content);
  if (bytes === undefined) {
    return fail({
      code: 'VIA_OPENNEBULA_CONTENT_NOT_BASE64',
      message: 'the content frame is not base64',
      path: 'content',
    });
  }
  const high = highRuns(bytes);
  return isUtf8(bytes, high)
    ? ok({ bytes, high })
    : fail({
        code: 'VIA_OPENNEBULA_BODY_NOT_UTF8',
        message: 'the body in the content frame is not UTF-8',
        path: 'content',
      });
}

/** The XML text of a content frame. */
export function parseContent(content: string): Result<string, CodecError> {
  const parsed = parseContentBytes(content);
  return parsed.ok ? ok(bytesToText(parsed.value.bytes) ?? '') : parsed;
}

/** Runs of bytes that are not ASCII: where each begins and where it ends, in turn. */
export type HighRuns = readonly number[];

/** Characters beyond ASCII are rare in real documents: up to so many runs are decoded apart. */
const RUNS_MAX = 32;
const HIGH_BYTES = /[\x80-\xff]+/g;

function highRuns(bytes: string): HighRuns | undefined {
  const { read, written } = encoder.encodeInto(bytes, scratch);
  const count = written - read;
  if (read === bytes.length) {
    if (count === 0) return NO_RUNS;
    const runs = runsInScratch(written, count);
    if (runs !== undefined) return runs;
  }
  return searchRuns(bytes);
}

const NO_RUNS: HighRuns = [];

/** Bytes in UTF-8 once more: the quickest way to see whether and where any are beyond ASCII. */
const scratch = new Uint8Array(65_536);
/** What the bytes from 0xC0 on become: where a character begins that has several. */
const LEAD = 0xc3;

/** Runs that begin as characters of UTF-8 do; `undefined` where that is not all of them. */
function runsInScratch(length: number, count: number): HighRuns | undefined {
  const runs: number[] = [];
  let found = 0; // bytes beyond ASCII so far, each of which takes two in the scratch
  if (length < scratch.length) scratch[length] = LEAD; // no search goes beyond
  let at = scratch.indexOf(LEAD);
  while (at >= 0 && at < length && runs.length < 2 * RUNS_MAX) {
    runs.push(at - found);
    for (; at < length && (scratch[at] as number) >= 0x80; at += 2) found += 1;
    runs.push(at - found);
    at = scratch.indexOf(LEAD, at);
  }
  return found === count ? runs : undefined;
}

function searchRuns(bytes: string): HighRuns | undefined {
  const runs: number[] = [];
  HIGH_BYTES.lastIndex = 0;
  for (let run = HIGH_BYTES.exec(bytes); run !== null; run = HIGH_BYTES.exec(bytes)) {
    if (runs.length === 2 * RUNS_MAX) return undefined;
    runs.push(run.index, HIGH_BYTES.lastIndex);
  }
  return runs;
}

function isUtf8(bytes: string, high: HighRuns | undefined): boolean {
  if (high === undefined) return decodeUtf8(bytes, true) !== undefined;
  for (let run = 0; run < high.length; run += 2) {
    if (decodeUtf8(bytes.slice(high[run], high[run + 1]), false) === undefined) return false;
  }
  return true;
}

/** A document's UTF-8, one character a byte, as text; `undefined` where it is none. */
export function bytesToText(bytes: string): string | undefined {
  const high = highRuns(bytes);
  if (high?.length === 0) return bytes;
  return high === undefined ? decodeUtf8(bytes, true) : joinRuns(bytes, high, true);
}

/** The same of a part of a document that was found to be UTF-8. */
export function runsToText(bytes: string): string {
  const high = highRuns(bytes);
  if (high?.length === 0) return bytes;
  const text = high === undefined ? decodeUtf8(bytes, false) : joinRuns(bytes, high, false);
  return text ?? bytes;
}

/** One flat text by `join`: a concatenation would make every look into it a detour. */
function joinRuns(bytes: string, high: HighRuns, isStart: boolean): string | undefined {
  const parts: string[] = [];
  let from = 0;
  for (let run = 0; run < high.length; run += 2) {
    const start = high[run] as number;
    const text = decodeUtf8(bytes.slice(start, high[run + 1]), isStart && start === 0);
    if (text === undefined) return undefined;
    parts.push(bytes.slice(from, start), text);
    from = high[run + 1] as number;
  }
  parts.push(bytes.slice(from));
  return parts.join('');
}

function decodeUtf8(bytes: string, isStart: boolean): string | undefined {
  const octets = new Uint8Array(bytes.length);
  for (let index = 0; index < bytes.length; index += 1) octets[index] = bytes.charCodeAt(index);
  try {
    return (isStart ? utf8 : utf8Within).decode(octets);
  } catch {
    return undefined;
  }
}

/** The inverse of `bytesToText`. */
export function textToBytes(text: string): string {
  if (!NOT_ASCII.test(text)) return text;
  const octets = encoder.encode(text);
  let bytes = '';
  for (let index = 0; index < octets.length; index += CHUNK) {
    bytes += String.fromCharCode(...octets.subarray(index, index + CHUNK));
  }
  return bytes;
}

const CHUNK = 8192; // arguments of one fromCharCode call, well below every engine's limit

/** Base64 of an XML text's UTF-8, without line breaks: a content frame. */
export function formatContent(xml: string): string {
  return btoa(textToBytes(xml));
}
