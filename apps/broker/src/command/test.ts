/** Runs operators' own cases, and tells what is not as expected. */
import { readdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import type { AdapterEntry } from '../adapters.ts';
import type { Case, CaseFile, CaseOutput } from '../cases/case.ts';
import { compare, type Difference } from '../cases/compare.ts';
import { differenceText, yamlOf } from '../cases/difference-text.ts';
import { readCases, readDraft } from '../cases/read-cases.ts';
import { runCase } from '../cases/run-case.ts';
import { expectationsOf, updateCases, type CaseUpdate } from '../cases/update-cases.ts';
import type { Configuration } from '../config/configuration.ts';
import { loadConfiguration } from '../config/load-configuration.ts';
import { formatProblem, type Problem } from '../config/problem.ts';
import { BrokerError } from '../errors.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import type { Output } from '../output.ts';
import { coloursFor } from './colours.ts';
import { defaultFile } from './place.ts';

/** What `viaduct test` was asked for. */
export interface TestOptions {
  /** Case files, and folders that hold some; none: those beside the configuration. */
  readonly files: readonly string[];
  /** The configuration, instead of what case files name. */
  readonly config?: string;
  /** Only cases whose names have this in them; case does not matter. */
  readonly filter?: string;
  /** Write what came out into the files. */
  readonly update: boolean;
  readonly json: boolean;
}

/** Where the command writes. */
export interface TestStreams {
  readonly output: Output;
  readonly errors: Output;
}

/** What the names of case files end with. */
const SUFFIX = /\.test\.ya?ml$/;

/** Runs them all; 1 where one fails, 2 where one cannot be understood. */
export async function runTest(
  options: TestOptions,
  adapters: readonly AdapterEntry[],
  streams: TestStreams,
): Promise<ExitCode> {
  const files = await filesOf(options);
  const loaded: Loaded[] = [];
  let problems = 0;
  for (const file of files) {
    const found = await load(file, options, adapters);
    if ('problems' in found) {
      problems += found.problems.length;
      for (const text of found.problems) await streams.errors.write(`${text}\n`);
    } else loaded.push(found);
  }
  if (problems > 0) return EXIT.usage;
  const tally: Tally = { passed: 0, failed: 0, updated: 0, left: 0 };
  const teller = createTeller(options, streams);
  for (const one of loaded) await runFile(one, options, tally, teller);
  if (tally.passed + tally.failed + tally.updated === 0) {
    throw new BrokerError('VIA_BROKER_USAGE', 'no case has that in its name');
  }
  await teller.summary(tally);
  return tally.failed === 0 ? EXIT.ok : EXIT.unwell;
}

interface Tally {
  passed: number;
  failed: number;
  updated: number;
  /** Cases that the filter left out. */
  left: number;
}

interface Loaded {
  readonly cases: CaseFile;
  readonly configuration: Configuration;
}

async function filesOf({ files, config }: TestOptions): Promise<readonly string[]> {
  const folder = dirname(config ?? defaultFile());
  const asked = files.length === 0 ? [folder] : files;
  const found = await Promise.all(asked.map(expand));
  const all = [...new Set(found.flat())];
  if (all.length > 0) return all;
  const message = `there is no case file (*.test.yaml) in ${asked.join(', ')}`;
  throw new BrokerError('VIA_BROKER_USAGE', message);
}

/** The case files in a folder, not in those below it; a file is itself. */
async function expand(path: string): Promise<readonly string[]> {
  const isFolder = (await stat(path).catch(() => undefined))?.isDirectory() === true;
  if (!isFolder) return [path];
  const names = await readdir(path);
  return names
    .filter((name) => SUFFIX.test(name))
    .sort()
    .map((name) => join(path, name));
}

async function load(
  file: string,
  { config }: TestOptions,
  adapters: readonly AdapterEntry[],
): Promise<Loaded | { readonly problems: readonly string[] }> {
  const texts = (of: string, problems: readonly Problem[]) => ({
    problems: problems.map((problem) => formatProblem(of, problem)),
  });
  const draft = await readDraft(file);
  if (!draft.ok) return texts(file, draft.error);
  const { environment } = draft.value;
  const named = config ?? draft.value.configuration ?? defaultFile();
  const shown = relative('', named);
  const around = { ...process.env, ...environment };
  const configuration = await loadConfiguration(shown, adapters, around);
  if (!configuration.ok) return texts(shown, configuration.error);
  const cases = await readCases(draft.value, configuration.value);
  if (!cases.ok) return texts(file, cases.error);
  return { cases: cases.value, configuration: configuration.value };
}

async function runFile(
  { cases: { file, text, cases }, configuration }: Loaded,
  { filter = '', update }: TestOptions,
  tally: Tally,
  teller: Teller,
): Promise<void> {
  const updates: CaseUpdate[] = [];
  for (const one of cases) {
    if (!one.name.toLowerCase().includes(filter.toLowerCase())) {
      tally.left += 1;
      continue;
    }
    const output = await runCase(one, configuration);
    const differences = compare(one.expected, output);
    const isGood = differences.length === 0 && output.unfinished.length === 0;
    if (isGood) tally.passed += 1;
    else if (update && output.unfinished.length === 0) updates.push({ one, output });
    else tally.failed += 1;
    await teller.ran({ file, one, output, differences, isGood });
  }
  if (updates.length === 0) return;
  const updated = updateCases(text, updates);
  if (updated === undefined) {
    tally.failed += updates.length;
    await teller.cannotUpdate(file, updates);
    return;
  }
  await writeFile(file, updated);
  tally.updated += updates.length;
}

interface Ran {
  readonly file: string;
  readonly one: Case;
  readonly output: CaseOutput;
  readonly differences: readonly Difference[];
  readonly isGood: boolean;
}

/** Tells of cases as they end. */
interface Teller {
  ran(ran: Ran): Promise<void>;
  cannotUpdate(file: string, updates: readonly CaseUpdate[]): Promise<void>;
  summary(tally: Tally): Promise<void>;
}

function createTeller({ json, update }: TestOptions, { output, errors }: TestStreams): Teller {
  const colours = coloursFor(output);
  return {
    ran: async ({ file, one, output: came, differences, isGood }) => {
      const { name, line } = one;
      if (json) {
        const { out, deadLetters, losses, course, unfinished } = came;
        const maps = { out: Object.fromEntries(out), losses: Object.fromEntries(losses) };
        const all = { ...maps, deadLetters, course, unfinished };
        const told = { file, line, name, ok: isGood, differences, ...all };
        await output.write(`${JSON.stringify(told)}\n`);
        return;
      }
      const sign = isGood ? colours.green('✓') : update ? colours.yellow('~') : colours.red('✗');
      const place = isGood ? '' : colours.dim(` (${file}:${String(line)})`);
      await output.write(`${sign} ${name}${place}\n`);
      if (isGood) return;
      await output.write(differenceText(differences, colours));
      for (const sink of came.unfinished) {
        await output.write(`    sink ${sink} was still owed something after a day\n`);
      }
      await output.write(colours.dim(courseText(came.course)));
    },
    cannotUpdate: async (file, updates) => {
      const why = 'it is not written one key a line; what came out is';
      await errors.write(`${file} cannot be changed by --update: ${why}\n`);
      for (const { one, output: came } of updates) {
        await output.write(`# ${one.name}\n${yamlOf(expectationsOf(one, came))}`);
      }
    },
    summary: async (tally) => {
      if (!json) await output.write(`${summaryText(tally)}\n`);
    },
  };
}

/** Lines of the course that are shown; `--json` has all. */
const COURSE_MAX = 20;

function courseText(course: readonly string[]): string {
  if (course.length === 0) return '    nothing was received as an event\n';
  const lines = course.slice(0, COURSE_MAX).map((line) => `    · ${line}\n`);
  const more = course.length - COURSE_MAX;
  return lines.join('') + (more > 0 ? `    · and ${String(more)} more\n` : '');
}

function summaryText({ passed, failed, updated, left }: Tally): string {
  const total = passed + failed + updated;
  const parts = [
    `${String(total)} ${total === 1 ? 'case' : 'cases'}`,
    `${String(passed)} passed`,
    ...(failed === 0 ? [] : [`${String(failed)} failed`]),
    ...(updated === 0 ? [] : [`${String(updated)} updated`]),
    ...(left === 0 ? [] : [`${String(left)} left out`]),
  ];
  return parts.join(', ');
}
