import { readFile, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { fail, ok, type Result } from '@viaduct/core';
import type { AdapterEntry } from '../adapters.ts';
import type { BrokerSection, Configuration } from './configuration.ts';
import { isMapping, normalise } from './normalise.ts';
import type { Path } from './path.ts';
import { readAdmin } from './read-admin.ts';
import { isSecret, isWithin } from './secrecy.ts';
import { suggest } from './nearest-name.ts';
import { createReport, type Problem, type Report, sortProblems } from './problem.ts';
import { readRoutes } from './read-routes.ts';
import type { Reading } from './reading.ts';
import { readSinks, readSources } from './read-endpoints.ts';
import { BROKER_FIELDS, SECTIONS } from './sections.ts';
import { partSinks, withParts } from './sink-parts.ts';
import { substitute, type Surroundings } from './substitute.ts';
import { show, validate } from './validate.ts';
import { parseYaml } from './yaml-document.ts';

/** The largest configuration that is read. */
const FILE_BYTES_MAX = 1024 * 1024;

/** Reads and checks a configuration file. Everything wrong with it is reported at once. */
export async function loadConfiguration(
  file: string,
  adapters: readonly AdapterEntry[],
  environment: Surroundings['environment'],
): Promise<Result<Configuration, readonly Problem[]>> {
  const source = await readText(file, 'Name the configuration with -c FILE.');
  if (!source.ok) return fail([source.error]);
  const folder = dirname(resolve(file));
  return readConfiguration(file, source.value, adapters, { environment, folder });
}

/** The same for a text; `file` is only a name, and paths begin at `around.folder`. */
export async function readConfiguration(
  file: string,
  source: string,
  adapters: readonly AdapterEntry[],
  around: Surroundings,
): Promise<Result<Configuration, readonly Problem[]>> {
  const document = parseYaml(source);
  if (!document.ok) return fail([document.error]);
  const { lineOf } = document.value;
  const report = createReport(lineOf);
  const { value, filledIn, files } = substitute(document.value.value, around, report);
  const resolvePath = (written: string): string => resolve(around.folder, written);
  const reading: Reading = { adapters, report, filledIn, resolvePath };

  const sections = readSections(value, report);
  if (sections === undefined) return fail(report.problems);
  const broker = readBroker(sections['broker'], reading);
  const sources = await readSources(sections['sources'], reading);
  const parted = await partSinks(await readSinks(sections['sinks'], reading), report);
  const { sinks, routers, notices, watches } = parted;
  const names = { sources: namesIn(sections['sources']), sinks: namesIn(sections['sinks']) };
  const { routes, router } = readRoutes(sections['routes'], names, reading);

  if (report.problems.length > 0 || router === undefined)
    return fail(sortProblems(withoutConsequences(report.problems)));
  const whole = withParts(router, routers);
  const about = { text: source, notices, watches, secretFiles: files, lineOf };
  return ok({ file, broker, sources, sinks, routes, router: whole, ...about });
}

/** What could not be filled in is not also reported as the wrong value it became. */
function withoutConsequences(problems: readonly Problem[]): readonly Problem[] {
  const unfilled = new Set(
    problems.filter(({ code }) => code === 'VIA_BROKER_CONFIG_VARIABLE').map(({ path }) => path),
  );
  return problems.filter(
    // One bare item became a list of one: `url` and `url[0]` are the same value.
    ({ code, path }) =>
      code !== 'VIA_BROKER_CONFIG_VALUE' || !unfilled.has(path.replace(/\[0\]$/, '')),
  );
}

/** The text of a file that people write, or the one thing that is wrong with it. */
export async function readText(file: string, advice: string): Promise<Result<string, Problem>> {
  const unreadable = (message: string, then: string): Result<string, Problem> => {
    const code = 'VIA_BROKER_CONFIG_UNREADABLE';
    return fail({ code, line: undefined, path: '', message, advice: then });
  };
  try {
    if ((await stat(file)).size > FILE_BYTES_MAX) {
      return unreadable(`the file is larger than ${FILE_BYTES_MAX} bytes`, 'Is it the right one?');
    }
    const text = new TextDecoder('utf-8', { fatal: true }).decode(await readFile(file));
    return ok(text);
  } catch (error) {
    if (error instanceof TypeError) return unreadable('the file is not UTF-8', 'Save it as UTF-8.');
    const { code } = error as NodeJS.ErrnoException;
    const reasons: Readonly<Record<string, string>> = {
      ENOENT: 'there is no such file',
      EACCES: 'the file may not be read',
      EISDIR: 'this is a folder',
    };
    const reason = reasons[code ?? ''] ?? (error as Error).message;
    return unreadable(reason, advice);
  }
}

function readSections(
  value: unknown,
  report: Report,
): Readonly<Record<string, unknown>> | undefined {
  if (!isMapping(value)) {
    const advice = `Write the sections ${SECTIONS.join(', ')}.`;
    const message = `the file holds ${show(value)}, not a mapping of sections`;
    report.add('VIA_BROKER_CONFIG_SYNTAX', [], message, advice);
    return undefined;
  }
  for (const name of Object.keys(value)) {
    if (SECTIONS.includes(name)) continue;
    const message = `unknown section "${name}"`;
    report.add('VIA_BROKER_CONFIG_UNKNOWN_KEY', [name], message, suggest(name, SECTIONS));
  }
  return value;
}

function readBroker(value: unknown, reading: Reading): BrokerSection {
  const written = value ?? {};
  const how = { isFilledIn: (path: string) => reading.filledIn.has(path), ...reading };
  const path = ['broker'];
  const normalised = normalise(isMapping(written) ? written : {}, BROKER_FIELDS, path, how);
  // The sections within have defaults of their own, also where nobody wrote the section.
  const whole = normalise(
    { admin: {}, log: {}, journal: {}, alarms: {}, ...normalised },
    BROKER_FIELDS,
    path,
    how,
  );
  const checked = isMapping(written) ? whole : written;
  const isHidden = (at: Path): boolean =>
    isSecret(BROKER_FIELDS, at.slice(path.length)) || isWithin(reading.filledIn, at);
  validate(checked, BROKER_FIELDS, { path, isHidden }, reading.report);
  const writtenAdmin = isMapping(written) ? written['admin'] : undefined;
  const admin = readAdmin(writtenAdmin, whole['admin'], reading.report);
  return { ...(whole as unknown as BrokerSection), admin };
}

function namesIn(section: unknown): readonly string[] {
  return isMapping(section) ? Object.keys(section) : [];
}
