import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DecodeContext, Decoded } from '@viaduct/core';
import { opennebulaCodec, type OpennebulaMessage } from '../src/codec.ts';

const FOLDER = join(import.meta.dirname, '../fixtures');
const SUFFIX = '.native.json';

/** Every fixture's message, by the name of its case. */
export const CORPUS: ReadonlyMap<string, OpennebulaMessage> = new Map(
  readdirSync(FOLDER)
    .filter((file) => file.endsWith(SUFFIX))
    .map((file) => [
      file.slice(0, -SUFFIX.length),
      JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as OpennebulaMessage,
    ]),
);

/** The XML of a fixture. */
export function xmlOf(name: string): string {
  const message = CORPUS.get(name);
  if (!message) throw new Error(`no fixture ${name}`);
  return Buffer.from(message.content, 'base64').toString('utf8');
}

/** A message with a body, under a key of its kind. */
export function message(xml: string, key = 'EVENT STATE '): OpennebulaMessage {
  return { key, content: Buffer.from(xml, 'utf8').toString('base64') };
}

/** The world that tests decode in. */
export const CONTEXT: DecodeContext = { receivedAt: 1_760_000_000_000, system: 'one', ordinal: 1 };

/** The one event of a message; fails where there is another number of them. */
export function decodeOne(native: OpennebulaMessage, context: DecodeContext = CONTEXT): Decoded {
  const result = opennebulaCodec.decode(native, context);
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message}`);
  const [decoded, ...others] = result.value;
  if (decoded === undefined || others.length > 0) throw new Error('not one event');
  return decoded;
}

/** The code of the error that a message decodes to. */
export function errorCode(native: OpennebulaMessage): string {
  const result = opennebulaCodec.decode(native, CONTEXT);
  return result.ok ? `no error but ${result.value.length} events` : result.error.code;
}

/** The body of an API event. */
export function apiBody(
  call: string,
  values: readonly (readonly [type: 'IN' | 'OUT', position: number, value: string])[],
  { result = '1', extra = '' }: { readonly result?: string; readonly extra?: string } = {},
): string {
  const parameters = values.map(
    ([type, position, value]) =>
      `<PARAMETER><POSITION>${position}</POSITION><TYPE>${type}</TYPE>` +
      `<VALUE>${value}</VALUE></PARAMETER>`,
  );
  return (
    `<HOOK_MESSAGE><HOOK_TYPE>API</HOOK_TYPE><CALL>${call}</CALL><CALL_INFO>` +
    `<RESULT>${result}</RESULT><PARAMETERS>${parameters.join('')}</PARAMETERS>` +
    `<EXTRA>${extra}</EXTRA></CALL_INFO></HOOK_MESSAGE>`
  );
}
