import { randomBytes } from 'node:crypto';
import type { CodecError, JsonValue } from '@viaduct/core';
import {
  explanationLines,
  readMessageText,
  translate,
  type Translation,
} from '@viaduct/translation';
import type { AdapterEntry } from '../adapters.ts';
import { BrokerError } from '../errors.ts';
import { suggest } from '../config/nearest-name.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import type { Output } from '../output.ts';
import { type InputDocument, inputDocuments, notJson } from '../input/input-document.ts';

/** What `viaduct translate` was asked for. */
export interface TranslateOptions {
  readonly from: string;
  readonly to: string;
  /** One line of JSON for each input instead of the natives alone. */
  readonly json: boolean;
  /** Also say where each value of the output came from. */
  readonly explain: boolean;
  readonly system?: string;
  /** The time of receipt to assume, milliseconds since the epoch; now, where it is missing. */
  readonly at?: number;
}

/** Where the command reads and writes. */
export interface TranslateStreams {
  /** What stands in messages for the input: `stdin` or a file name. */
  readonly name: string;
  readonly input: AsyncIterable<Uint8Array>;
  readonly output: Output;
  readonly errors: Output;
}

/** Reads documents until the input ends, one at a time, at the pace of who reads the output. */
export async function runTranslate(
  options: TranslateOptions,
  adapters: readonly AdapterEntry[],
  streams: TranslateStreams,
): Promise<ExitCode> {
  const from = await entryOf(options.from, adapters).loadCodec();
  const to = await entryOf(options.to, adapters).loadCodec();
  const system = options.system ?? options.from;
  let ordinal = 0;
  let failures = 0;
  for await (const document of inputDocuments(streams.input)) {
    const at = options.at ?? Date.now();
    const nonce = randomBytes(16).toString('hex');
    const read = valueOf(document);
    const result =
      'error' in read
        ? { ok: false as const, error: read.error }
        : translate(read.value, { from, to, system, at, nonce, ordinal, explain: options.explain });
    ordinal += 1;
    if (!result.ok) failures += 1;
    if (options.json) {
      const line = result.ok ? result.value : { error: result.error };
      await streams.output.write(`${JSON.stringify(line)}\n`);
    } else if (result.ok) {
      await writeNatives(result.value, document.line, options, streams);
    } else {
      await streams.errors.write(
        `${streams.name}:${document.line}: ${formatError(result.error)}\n`,
      );
    }
  }
  return failures === 0 ? EXIT.ok : EXIT.inputsFailed;
}

function entryOf(name: string, adapters: readonly AdapterEntry[]): AdapterEntry {
  const entry = adapters.find((candidate) => candidate.name === name);
  if (entry !== undefined) return entry;
  const names = adapters.map((candidate) => candidate.name);
  const advice = suggest(name, names);
  throw new BrokerError('VIA_BROKER_USAGE', `there is no dialect "${name}". ${advice}`);
}

type Read = { readonly value: JsonValue } | { readonly error: CodecError };

function valueOf({ content }: InputDocument): Read {
  if (content.kind === 'broken') return { error: content.error };
  try {
    return { value: readMessageText(content.text) };
  } catch (error) {
    return { error: notJson((error as Error).message) };
  }
}

async function writeNatives(
  translation: Translation,
  line: number,
  options: TranslateOptions,
  { name, output, errors }: TranslateStreams,
): Promise<void> {
  for (const native of translation.natives) await output.write(`${JSON.stringify(native)}\n`);
  const { events, losses, explain } = translation;
  const remarks =
    explain === undefined ? losses.map(({ path, reason }) => `lost ${path} (${reason})`) : [];
  if (events.length === 0) remarks.push('understood, and no event');
  else if (explain !== undefined) remarks.push(`${options.from} to ${options.to}`);
  for (const remark of remarks) await errors.write(`${name}:${line}: ${remark}\n`);
  if (events.length === 0 || explain === undefined) return;
  await errors.write(`${explanationLines({ events, losses, explain }).join('\n')}\n\n`);
}

function formatError({ code, message, path }: CodecError): string {
  return path === undefined ? `${message} (${code})` : `${path}: ${message} (${code})`;
}
