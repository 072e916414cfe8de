/** Asks what a first configuration needs, checks it, and writes it where nothing is. */
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import type { AdapterEntry } from '../adapters.ts';
import { readConfiguration } from '../config/load-configuration.ts';
import { suggest } from '../config/nearest-name.ts';
import { formatProblem } from '../config/problem.ts';
import { BrokerError } from '../errors.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import type { Streams } from './carry-out.ts';
import { endpointsOf, firstConfiguration, type Chosen, type Offer } from './first-configuration.ts';

/** What `viaduct init` was asked for. */
export interface InitOptions {
  readonly file: string;
  /** `adapter` or `adapter=address`, each. */
  readonly source?: readonly string[];
  readonly sink?: readonly string[];
  readonly name?: string;
  readonly yes: boolean;
  readonly json: boolean;
}

/** What is usual: what most people begin with, and what needs no peer. */
const USUAL = { source: 'opennebula', sink: 'cloudevents.stdout' } as const;

/** Writes the file, and the schema beside it; `EXIT.usage` where it would not be good. */
export async function runInit(
  options: InitOptions,
  adapters: readonly AdapterEntry[],
  streams: Streams,
): Promise<ExitCode> {
  const { file, json } = options;
  // Before anybody has answered questions for nothing; the write itself looks again.
  if (existsSync(file)) throw isThere(file);
  const offers = await endpointsOf(adapters);
  const ask = createAsker(options, streams);
  try {
    const sources = await choose('source', options.source, offers.sources, ask);
    const sinks = await choose('sink', options.sink, offers.sinks, ask);
    const name = options.name ?? 'viaduct';
    const schemaFile = join(dirname(file), 'viaduct.schema.json');
    const text = firstConfiguration({ name, schema: basename(schemaFile), sources, sinks });
    const around = { environment: process.env, folder: dirname(resolve(file)) };
    const read = await readConfiguration(file, text, adapters, around);
    if (!read.ok) {
      for (const one of read.error) await streams.errors.write(`${formatProblem(file, one)}\n`);
      await streams.errors.write('Nothing was written.\n');
      return EXIT.usage;
    }
    await writeNew(file, text);
    await writeSchema(schemaFile, adapters);
    const names = (list: readonly Chosen[]) => list.map(({ name: own }) => own);
    const told = { file, schema: schemaFile, sources: names(sources), sinks: names(sinks) };
    await streams.output.write(json ? `${JSON.stringify(told)}\n` : nextSteps(file));
    return EXIT.ok;
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'AbortError') throw error;
    await streams.errors.write('\nNothing was written.\n');
    return EXIT.interrupted;
  } finally {
    ask.close();
  }
}

/** A file of its own: what is there is somebody's. A password in it is nobody else's. */
async function writeNew(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') throw isThere(file);
    throw new BrokerError('VIA_BROKER_USAGE', `nothing was written: ${message}`, { cause: error });
  }
}

function isThere(file: string): BrokerError {
  const message = `nothing was written: ${file} is there already, and stays as it is`;
  return new BrokerError('VIA_BROKER_USAGE', message);
}

async function writeSchema(file: string, adapters: readonly AdapterEntry[]): Promise<void> {
  const { editorSchema } = await import('../config/editor-schema.ts');
  const text = `${JSON.stringify(await editorSchema(adapters), null, 2)}\n`;
  await writeFile(file, text, { flag: 'wx' }).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  });
}

function nextSteps(file: string): string {
  return (
    `${file} is written.\n` +
    `  viaduct check ${file}  says what is wrong with it\n` +
    `  viaduct run ${file}    runs it\n` +
    `  viaduct tail -c ${file}   shows what comes, in another terminal\n`
  );
}

interface Asker {
  /** The answer, or `usual` where there is none; `undefined` where nobody is asked. */
  ask(question: string, usual: string): Promise<string | undefined>;
  close(): void;
}

function createAsker({ yes }: InitOptions, { isInteractive }: Streams): Asker {
  if (yes) return { ask: () => Promise.resolve(undefined), close: () => undefined };
  if (!isInteractive) {
    const message = 'nobody can be asked: say --source and --sink, or --yes for what is usual';
    const refuse = () => Promise.reject(new BrokerError('VIA_BROKER_USAGE', message));
    return { ask: refuse, close: () => undefined };
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  // ^C and ^D close it, and would leave the question without an answer for ever.
  const leaving = new AbortController();
  terminal.once('close', () => leaving.abort());
  return {
    ask: async (question, usual) => {
      const hint = usual === '' ? '' : ` [${usual}]`;
      const answer = await terminal.question(`${question}${hint} `, { signal: leaving.signal });
      return answer.trim() === '' ? usual : answer.trim();
    },
    close: () => terminal.close(),
  };
}

type Role = keyof typeof USUAL;

async function choose(
  role: Role,
  written: readonly string[] | undefined,
  offers: readonly Offer[],
  asker: Asker,
): Promise<readonly Chosen[]> {
  if (written !== undefined) return named(written.map((text) => parse(role, text, offers)));
  const where = role === 'source' ? 'Where do events come from?' : 'Where do they go?';
  const known = offers.map(({ adapter }) => adapter).join(', ');
  const chosen: Omit<Chosen, 'name'>[] = [];
  for (;;) {
    const isFirst = chosen.length === 0;
    const question = isFirst ? `${where} (${known})` : 'And? (Enter: nothing more)';
    const answer = await asker.ask(question, isFirst ? USUAL[role] : '');
    if (answer === undefined) return named([parse(role, USUAL[role], offers)]);
    if (answer === '') return named(chosen);
    const offer = offers.find(({ adapter }) => adapter === answer);
    if (offer === undefined) {
      await asker.ask(`There is no ${role} "${answer}": ${known}. (Enter)`, '');
      continue;
    }
    const { key, usual } = offer;
    const address = key === undefined ? '' : await asker.ask(`  its ${key}?`, usual);
    chosen.push({ offer, address: address ?? usual });
  }
}

function parse(role: Role, text: string, offers: readonly Offer[]): Omit<Chosen, 'name'> {
  const [, adapter = '', address] = /^([^=]*)(?:=(.*))?$/s.exec(text) ?? [];
  const offer = offers.find((one) => one.adapter === adapter);
  if (offer !== undefined) return { offer, address: address ?? offer.usual };
  const advice = suggest(
    adapter,
    offers.map((one) => one.adapter),
  );
  throw new BrokerError('VIA_BROKER_USAGE', `there is no ${role} "${adapter}". ${advice}`);
}

/** After their adapters; the second of one kind has a number. */
function named(chosen: readonly Omit<Chosen, 'name'>[]): readonly Chosen[] {
  const counts = new Map<string, number>();
  return chosen.map((one) => {
    const base = one.offer.adapter.replace('.', '-');
    const count = (counts.get(base) ?? 0) + 1;
    counts.set(base, count);
    return { ...one, name: count === 1 ? base : `${base}-${String(count)}` };
  });
}
