/** The messages of a case: in their JSON form, as a bare text, from a file, as bytes. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import {
  fail,
  fromBase64,
  ok,
  type Codec,
  type JsonObject,
  type JsonValue,
  type Result,
} from '@viaduct/core';
import { readMessageText } from '@viaduct/translation';
import type { Configuration } from '../config/configuration.ts';
import { suggest } from '../config/nearest-name.ts';
import type { Path } from '../config/path.ts';
import type { Report } from '../config/problem.ts';
import { messageOf } from '../error-fields.ts';
import { inputDocuments } from '../input/input-document.ts';
import type { Received } from './case.ts';
import { durationOf, readTime } from './time.ts';

/** Where the messages stand. */
export interface MessagesPlace {
  /** When the first is received that does not say. */
  readonly at: number;
  readonly path: Path;
  /** Where files are looked for. */
  readonly folder: string;
}

/** What messages are read with. */
export interface MessagesReading {
  readonly configuration: Configuration;
  readonly report: Report;
}

/** The ways to write a message. */
const FORMS: readonly string[] = ['message', 'text', 'file', 'base64', 'hex'];

/** Reads the list `in` of a case; what is wrong is reported and left out. */
export async function readMessages(
  inputs: readonly JsonObject[],
  { at: start, path, folder }: MessagesPlace,
  { configuration, report }: MessagesReading,
): Promise<readonly Received[]> {
  const messages: Received[] = [];
  let now = start;
  for (const [index, input] of inputs.entries()) {
    const place: Path = [...path, index];
    now = timeOf(input, now, index, place, report);
    const name = input['source'] as string;
    const source = configuration.sources.find((one) => one.name === name);
    if (source === undefined) {
      const names = configuration.sources.map((one) => one.name);
      const advice = suggest(name, names);
      report.add('VIA_BROKER_CASE', [...place, 'source'], `no source is named "${name}"`, advice);
      continue;
    }
    const forms = FORMS.filter((form) => Object.hasOwn(input, form));
    const [form = ''] = forms;
    if (forms.length !== 1) {
      const what = forms.length === 0 ? 'there is no message' : `${forms.join(' and ')} together`;
      report.add('VIA_BROKER_CASE', place, what, `Write one of ${FORMS.join(', ')}.`);
      continue;
    }
    const natives = await nativesOf(form, input[form] ?? null, source.adapter.codec, folder);
    if (!natives.ok) {
      const { message, advice } = natives.error;
      report.add('VIA_BROKER_CASE', [...place, form], message, advice);
      continue;
    }
    const redelivered = input['redelivered'] === true;
    for (const native of natives.value)
      messages.push({ source: name, at: now, redelivered, native });
  }
  return messages;
}

function timeOf(
  input: JsonObject,
  before: number,
  index: number,
  path: Path,
  report: Report,
): number {
  if (input['at'] !== undefined && input['after'] !== undefined) {
    report.add('VIA_BROKER_CASE', path, '"at" and "after" together', 'Write one of them.');
  }
  const after = durationOf(input['after'], [...path, 'after'], report);
  const at = readTime(input['at'], [...path, 'at'], report) ?? before + (after ?? 0);
  if (at >= before || index === 0) return at;
  const message = 'it is received before the message that stands before it';
  report.add(
    'VIA_BROKER_CASE',
    [...path, 'at'],
    message,
    'Write messages in the order of receipt.',
  );
  return before;
}

interface Wrong {
  readonly message: string;
  readonly advice: string;
}

type Natives = Result<readonly unknown[], Wrong>;

async function nativesOf(
  form: string,
  written: JsonValue,
  codec: Codec<unknown>,
  folder: string,
): Promise<Natives> {
  if (form === 'message') return listOfOne(parse(written, codec));
  const text = written as string;
  if (form === 'base64') return listOfOne(parseBytes(text, codec));
  if (form === 'hex') {
    const base64 = base64OfHex(text);
    return listOfOne(base64.ok ? parseBytes(base64.value, codec) : base64);
  }
  if (form === 'text') return listOfOne(parseText(text, codec));
  const natives: unknown[] = [];
  const file = resolve(folder, text);
  try {
    // A file that is missing is said once, before it is read.
    await stat(file);
    for await (const { line, content } of inputDocuments(createReadStream(file))) {
      const parsed =
        content.kind === 'broken'
          ? fail({ message: content.error.message, advice: 'Mend the file.' })
          : parseText(content.text, codec);
      if (!parsed.ok) {
        const { message, advice } = parsed.error;
        return fail({ message: `${text}:${String(line)}: ${message}`, advice });
      }
      natives.push(parsed.value);
    }
  } catch (error) {
    const advice = 'Paths begin at the folder of the case file.';
    return fail({ message: `${text} cannot be read: ${messageOf(error)}`, advice });
  }
  if (natives.length > 0) return ok(natives);
  return fail({ message: `${text} holds no message`, advice: 'Write one a line.' });
}

function listOfOne(one: Result<unknown, Wrong>): Natives {
  return one.ok ? ok([one.value]) : one;
}

function parse(value: JsonValue, codec: Codec<unknown>): Result<unknown, Wrong> {
  const parsed = codec.parse(value);
  if (parsed.ok) return parsed;
  const { message, path = '' } = parsed.error;
  const where = path === '' || message.includes(path) ? '' : `${path}: `;
  const advice = `Write a message of ${codec.dialect} in its JSON form, or as "text", "base64" or "hex".`;
  return fail({ message: `${where}${message}`, advice });
}

function parseText(text: string, codec: Codec<unknown>): Result<unknown, Wrong> {
  try {
    return parse(readMessageText(text), codec);
  } catch (error) {
    const advice = 'Write XML, JSON, or bytes as "base64".';
    return fail({ message: `it is neither XML nor JSON: ${messageOf(error)}`, advice });
  }
}

/** Digits as packet captures show them: in pairs, with blanks, colons or line breaks between. */
function base64OfHex(text: string): Result<string, Wrong> {
  const digits = text.replaceAll(/[\s:]|0x/g, '');
  if (digits !== '' && digits.length % 2 === 0 && /^[\da-f]+$/i.test(digits)) {
    return ok(Buffer.from(digits, 'hex').toString('base64'));
  }
  const advice = 'Write pairs of hexadecimal digits: 30 2e 02 01, or 302e0201.';
  return fail({ message: 'it is not hexadecimal', advice });
}

/** The keys under which dialects take bytes in their JSON form. */
const BYTE_KEYS: readonly string[] = ['datagramBase64', 'bodyBase64'];

/** By the key that the dialect understands; one that has none takes the bytes as text. */
function parseBytes(base64: string, codec: Codec<unknown>): Result<unknown, Wrong> {
  const compact = base64.replaceAll(/\s/g, '');
  const bytes = fromBase64(compact);
  if (bytes === undefined) {
    return fail({ message: 'it is not Base64', advice: 'Write what "base64 -w0 FILE" prints.' });
  }
  const text = new TextDecoder().decode(bytes);
  for (const key of BYTE_KEYS) {
    const parsed = codec.parse({ [key]: compact });
    if (!parsed.ok) continue;
    // Taken for a bare body it would say the key, and not what the bytes say.
    const formatted = codec.format(parsed.value);
    if (formatted[key] !== undefined || formatted['body'] === text) return parsed;
  }
  return parseText(text, codec);
}
