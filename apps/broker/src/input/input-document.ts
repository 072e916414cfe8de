/**
 * Cuts a stream into the documents that `translate` takes: one JSON value a line, and, because
 * people paste what they have, JSON and XML documents over several lines. A document that is
 * broken ends where the next one visibly begins (a line that begins with `{` or `<`), so it costs
 * one error and not the rest of the stream.
 */
import type { CodecError } from '@viaduct/core';
import { type EndFinder, jsonEnd, xmlEnd } from './document-end.ts';

/** Longest document, in bytes: three times what any dialect takes. Longer ones are skipped. */
export const DOCUMENT_BYTES_MAX: number = 32 * 1024 * 1024;

/** One document of the input, or what is wrong with it. */
export interface InputDocument {
  /** The line it begins at, counted from 1. */
  readonly line: number;
  readonly content:
    | { readonly kind: 'json' | 'xml'; readonly text: string }
    | { readonly kind: 'broken'; readonly error: CodecError };
}

interface Line {
  readonly number: number;
  /** Missing where the line is longer than a document may be, or is not UTF-8. */
  readonly text: string | undefined;
  readonly bytes: number;
}

/** A document whose end has not come yet. */
interface OpenDocument {
  readonly line: number;
  readonly kind: 'json' | 'xml';
  readonly end: EndFinder;
  readonly lines: string[];
  bytes: number;
}

/** The documents of a byte stream, in order. Holds one document at a time. */
export async function* inputDocuments(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<InputDocument> {
  let open: OpenDocument | undefined;
  for await (const line of lines(chunks)) {
    const { text } = line;
    if (open !== undefined && (text === undefined || isNewDocument(open, text))) {
      yield brokenOff(open);
      open = undefined;
    }
    if (text === undefined) {
      yield broken(line.number, unreadable(line));
      continue;
    }
    for (let rest = text; open !== undefined || rest.trim() !== '';) {
      if (open === undefined) {
        rest = rest.trimStart();
        open = begin(rest, line.number);
        if (open === undefined) {
          yield broken(line.number, notADocument(rest));
          break;
        }
      }
      const end = open.end.feed(rest);
      if (end === 'open') {
        open.lines.push(rest);
        open.bytes += line.bytes + 1;
        break;
      }
      yield end === 'broken' ? brokenOff(open) : complete(open, rest.slice(0, end));
      open = undefined;
      rest = end === 'broken' ? '' : rest.slice(end);
    }
    if (open !== undefined && open.bytes > DOCUMENT_BYTES_MAX) {
      yield broken(open.line, tooLong(open.bytes));
      open = undefined;
    }
  }
  if (open !== undefined) yield brokenOff(open);
}

function begin(text: string, line: number): OpenDocument | undefined {
  const isXml = text.startsWith('<');
  if (!isXml && !/^[{[]/.test(text)) return undefined;
  const end = isXml ? xmlEnd() : jsonEnd();
  return { line, kind: isXml ? 'xml' : 'json', end, lines: [], bytes: 0 };
}

/**
 * Whether a line cannot belong to the open document: JSON does not go on with an object at the
 * left margin, XML not with its first tag again (with anything else it may).
 */
function isNewDocument(open: OpenDocument, line: string): boolean {
  if (open.kind === 'json') return /^[{<]/.test(line);
  const [root] = open.lines
    .slice(0, PROLOG_LINES_MAX)
    .flatMap((text) => FIRST_NAME.exec(text)?.[0] ?? []);
  return root !== undefined && line.startsWith(root);
}

const FIRST_NAME = /<[A-Za-z_][\w.:-]*/;

/** An XML declaration and comments before the first tag take so many lines at most. */
const PROLOG_LINES_MAX = 4;

function complete({ line, kind, lines }: OpenDocument, last: string): InputDocument {
  return { line, content: { kind, text: [...lines, last].join('\n') } };
}

function brokenOff(open: OpenDocument): InputDocument {
  const reason =
    open.kind === 'xml'
      ? 'it begins like XML, and its first element is never closed'
      : 'it breaks off';
  return broken(open.line, notJson(reason));
}

function broken(line: number, error: CodecError): InputDocument {
  return { line, content: { kind: 'broken', error } };
}

/** What is wrong with an input that is not JSON. */
export function notJson(reason: string): CodecError {
  return { code: 'VIA_BROKER_INPUT_NOT_JSON', message: `the input is not JSON: ${reason}` };
}

/** How much of an unreadable input is shown. */
const SHOWN_LENGTH_MAX = 40;

function notADocument(text: string): CodecError {
  const shown = JSON.stringify(text.trim().slice(0, SHOWN_LENGTH_MAX));
  return notJson(`it begins with ${shown}; expected { or <`);
}

function tooLong(bytes: number): CodecError {
  const message = `the input is longer than ${DOCUMENT_BYTES_MAX} bytes (${bytes} so far)`;
  return { code: 'VIA_BROKER_INPUT_TOO_LONG', message };
}

function unreadable(line: Line): CodecError {
  if (line.bytes > DOCUMENT_BYTES_MAX) return tooLong(line.bytes);
  const message = 'the input is not UTF-8; give bytes as base64 ("bodyBase64")';
  return { code: 'VIA_BROKER_INPUT_NOT_UTF8', message };
}

const LINE_FEED = 0x0a;

/** Lines without their ends. What is longer than a document may be is counted, not kept. */
async function* lines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Line> {
  let parts: Uint8Array[] = [];
  let bytes = 0;
  let number = 1;
  const finish = (): Line => {
    const text = bytes > DOCUMENT_BYTES_MAX ? undefined : decode(parts);
    const line = { number, text, bytes };
    parts = [];
    bytes = 0;
    number += 1;
    return line;
  };
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
      parts.push(chunk.subarray(start, end));
      bytes += end - start;
      yield finish();
      start = end + 1;
    }
    bytes += chunk.length - start;
    if (bytes > DOCUMENT_BYTES_MAX) parts = [];
    else parts.push(chunk.subarray(start));
  }
  if (bytes > 0) yield finish();
}

function decode(parts: readonly Uint8Array[]): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(parts));
  } catch {
    return undefined;
  }
}
