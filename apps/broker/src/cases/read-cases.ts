/** Reads case files: everything wrong with one is reported at once, with its line. */
import { dirname, resolve } from 'node:path';
import {
  fail,
  isJsonObject,
  ok,
  type JsonObject,
  type JsonValue,
  type Result,
} from '@viaduct/core';
import type { Configuration } from '../config/configuration.ts';
import { readText } from '../config/load-configuration.ts';
import { suggest } from '../config/nearest-name.ts';
import type { Path } from '../config/path.ts';
import { createReport, type Problem, type Report, sortProblems } from '../config/problem.ts';
import { show, validateSchema } from '../config/validate.ts';
import { parseYaml } from '../config/yaml-document.ts';
import type { Case, CaseFile, Expected, ExpectedList } from './case.ts';
import { CASE_FILE_SCHEMA } from './case-schema.ts';
import { readMessages } from './read-messages.ts';
import { durationOf, readTime } from './time.ts';

/** When the first message of a case is received that does not say. */
const DEFAULT_AT = Date.UTC(2026, 0, 1);

/** A case file of the right form, before it meets a configuration. */
export interface CaseDraft {
  readonly file: string;
  readonly text: string;
  /** Absolute; missing where the file does not say. */
  readonly configuration?: string;
  readonly environment: Readonly<Record<string, string>>;
  /** As they are written. */
  readonly cases: readonly JsonObject[];
  readonly lineOf: (path: Path) => number;
}

/** Reads a file and holds it to its form. */
export async function readDraft(file: string): Promise<Result<CaseDraft, readonly Problem[]>> {
  const text = await readText(file, 'Name case files, or folders that hold *.test.yaml.');
  return text.ok ? draftOf(file, text.value) : fail([text.error]);
}

/** The same for a text; `file` says where files that it names are looked for. */
function draftOf(file: string, text: string): Result<CaseDraft, readonly Problem[]> {
  const document = parseYaml(text);
  if (!document.ok) return fail([document.error]);
  const { value, lineOf } = document.value;
  const report = createReport(lineOf);
  validateSchema(value, CASE_FILE_SCHEMA, { path: [], isHidden: () => false }, report);
  if (report.problems.length > 0) return fail(sortProblems(report.problems));
  const { configuration, environment = {}, cases } = value as Written;
  const named =
    configuration === undefined ? {} : { configuration: resolve(dirname(file), configuration) };
  return ok({ file, text, ...named, environment, cases, lineOf });
}

/** What the schema promises. */
interface Written {
  readonly configuration?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly cases: readonly JsonObject[];
}

/** Reads the cases of a draft against the configuration that they are about. */
export async function readCases(
  draft: CaseDraft,
  configuration: Configuration,
): Promise<Result<CaseFile, readonly Problem[]>> {
  const report = createReport(draft.lineOf);
  const cases: Case[] = [];
  for (const [index, written] of draft.cases.entries()) {
    const path: Path = ['cases', index];
    const at = readTime(written['at'], [...path, 'at'], report) ?? DEFAULT_AT;
    const inputs = written['in'] as readonly JsonObject[];
    const place = { at, path: [...path, 'in'], folder: dirname(resolve(draft.file)) };
    const messages = await readMessages(inputs, place, { configuration, report });
    const name = written['name'] as string;
    const line = draft.lineOf(path);
    const waitMs = durationOf(written['wait'], [...path, 'wait'], report) ?? 0;
    const expected = readExpected(written, path, configuration, report);
    cases.push({ name, index, line, messages, waitMs, expected });
  }
  const { file, text } = draft;
  if (report.problems.length > 0) return fail(sortProblems(report.problems));
  return ok({ file, text, cases });
}

function readExpected(
  written: JsonObject,
  path: Path,
  configuration: Configuration,
  report: Report,
): Expected {
  const deadLetters = written['deadLetters'];
  return {
    out: readBySink(written['out'], [...path, 'out'], configuration, report),
    deadLetters: deadLetters === undefined ? [] : listOf(deadLetters),
    losses: readBySink(written['losses'], [...path, 'losses'], configuration, report),
  };
}

/** By the names of sinks; of one that stands for several, the names of its parts. */
function readBySink(
  written: JsonValue | undefined,
  path: Path,
  { sinks }: Configuration,
  report: Report,
): ReadonlyMap<string, ExpectedList> {
  const lists = new Map<string, ExpectedList>();
  if (!isJsonObject(written)) return lists;
  for (const [name, value] of Object.entries(written)) {
    const names = sinks.map((sink) => sink.name);
    const parts = sinks.filter(({ partOf }) => partOf === name).map((sink) => sink.name);
    if (!names.includes(name)) {
      const message =
        parts.length > 0 ? `${show(name)} is several sinks` : `no sink is named "${name}"`;
      const advice = parts.length > 0 ? `Write ${parts.join(', ')}.` : suggest(name, names);
      report.add('VIA_BROKER_CASE', [...path, name], message, advice);
    }
    lists.set(name, listOf(value));
  }
  return lists;
}

function listOf(value: JsonValue): ExpectedList {
  if (value === 'any') return 'any';
  return value === 'nothing' ? [] : (value as readonly JsonValue[]);
}
