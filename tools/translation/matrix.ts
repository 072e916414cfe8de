/** The matrix of translations: representative messages of every dialect, each in every dialect. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ADAPTERS } from '@viaduct/broker';
import type { Codec, JsonObject, JsonValue } from '@viaduct/core';
import { translate, type Translation } from '@viaduct/translation';

/** Where the messages and what becomes of them are kept. */
export const MATRIX_FOLDER: string = join(import.meta.dirname, '../../apps/broker/fixtures/matrix');

/** What happened, once. */
export interface MatrixCase {
  /** `compute-created`, the first part of the files' names. */
  readonly name: string;
  /** A sentence without its stop: `a virtual machine was created`. */
  readonly title: string;
  /** How it is told, by dialect: a message in the JSON form. */
  readonly natives: Readonly<Record<string, JsonObject>>;
  /** The clause that the output in each dialect was read against: a page and its heading. */
  readonly clauses: Readonly<Record<string, string>>;
}

/** The index beside the messages. */
interface Index {
  readonly [name: string]: Pick<MatrixCase, 'title' | 'clauses'>;
}

/** Every case, in the order of the index, with the messages of the dialects of this build. */
export function matrixCases(): readonly MatrixCase[] {
  const index = readFile('index.json') as unknown as Index;
  const files = readdirSync(MATRIX_FOLDER);
  return Object.entries(index).map(([name, { title, clauses }]) => {
    const natives = ADAPTERS.map(({ name: dialect }) => [dialect, `${name}.${dialect}.native.json`])
      .filter(([, file]) => files.includes(file ?? ''))
      .map(([dialect, file = '']) => [dialect, readFile(file)]);
    return { name, title, clauses, natives: Object.fromEntries(natives) as MatrixCase['natives'] };
  });
}

function readFile(file: string): JsonValue {
  return JSON.parse(readFileSync(join(MATRIX_FOLDER, file), 'utf8')) as JsonValue;
}

/** The codecs of this build by dialect, in the order of the adapters. */
export async function allCodecs(): Promise<ReadonlyMap<string, Codec<unknown>>> {
  const codecs = await Promise.all(ADAPTERS.map((adapter) => adapter.loadCodec()));
  return new Map(codecs.map((codec) => [codec.dialect, codec]));
}

/** When the messages of the matrix are received and sent on. */
const MATRIX_TIME_MS: number = Date.parse('2026-01-31T12:00:00Z');

/** Translates a message of the matrix, in a world where nothing changes by itself. */
export function translateOne(
  native: JsonValue,
  from: Codec<unknown>,
  to: Codec<unknown>,
): Translation & Required<Pick<Translation, 'explain'>> {
  const world = { system: 'lab', at: MATRIX_TIME_MS, nonce: '0123456789abcdef'.repeat(2) };
  const result = translate(native, { from, to, ...world, ordinal: 0, explain: true });
  if (!result.ok) throw new Error(`${from.dialect} to ${to.dialect}: ${result.error.message}`);
  return { ...result.value, explain: result.value.explain ?? [] };
}
