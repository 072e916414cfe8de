/** What could come next on a command line, from the very definitions of the commands. */
import { KINDS } from '@viaduct/core';
import type { Argument, Command, Option } from 'commander';
import type { AdapterEntry } from '../adapters.ts';
import { loadConfiguration } from '../config/load-configuration.ts';
import { defaultCommand } from './default-command.ts';
import { columnNames } from './event-columns.ts';
import { defaultFile } from './place.ts';

/** A word that could come next. */
export interface Candidate {
  readonly word: string;
  readonly about: string;
}

/** What could come next. */
export interface Completion {
  readonly candidates: readonly Candidate[];
  /** Names of files are possible, too: the shell knows them. */
  readonly files: boolean;
}

const NOTHING: Completion = { candidates: [], files: false };

/** Completes the last of `words`, which may be empty. Never rejects for what stands before it. */
export async function complete(
  typed: readonly string[],
  program: Command,
  adapters: readonly AdapterEntry[],
): Promise<Completion> {
  // To bash the sign is a word of its own.
  const words = typed.at(-1) === '=' ? [...typed, ''] : typed;
  const last = words.at(-1) ?? '';
  const before = words.slice(0, -1).filter((word) => word !== '=');
  const { command, previous, place } = walk(before, program);
  const around = { words, command, adapters };
  const [, flag = '', begun] = /^(--[\w-]+)=(.*)$/s.exec(last) ?? [];
  if (begun !== undefined) {
    const option = optionOf(command, flag);
    const { candidates } = option === undefined ? NOTHING : await valuesOf(option, around);
    return only({ candidates: candidates.map(withFlag(flag)), files: false }, last);
  }
  const waiting = previous === undefined ? undefined : optionOf(command, previous);
  if (waiting?.required === true) return only(await valuesOf(waiting, around), last);
  if (last.startsWith('-')) return only({ candidates: optionsOf(command), files: false }, last);
  return only(await wordsOf(place, around), last);
}

function withFlag(flag: string): (candidate: Candidate) => Candidate {
  return ({ word, about }) => ({ word: `${flag}=${word}`, about });
}

function only({ candidates, files }: Completion, begun: string): Completion {
  return { candidates: candidates.filter(({ word }) => word.startsWith(begun)), files };
}

interface Walked {
  readonly command: Command;
  /** The word before the last, where it is an option. */
  readonly previous: string | undefined;
  /** Which argument of the command the last word is, from 0. */
  readonly place: number;
}

function walk(words: readonly string[], program: Command): Walked {
  let command = program;
  let previous: string | undefined;
  let place = 0;
  for (const word of words) {
    const isValue = previous !== undefined && optionOf(command, previous)?.required === true;
    previous = undefined;
    if (isValue) continue;
    if (word.startsWith('-')) {
      previous = word;
      continue;
    }
    const inner = command.commands.find((one) => one.name() === word);
    if (inner === undefined) place += 1;
    else [command, place] = [inner, 0];
  }
  return { command, previous, place };
}

interface Around {
  readonly words: readonly string[];
  readonly command: Command;
  readonly adapters: readonly AdapterEntry[];
}

function optionOf(command: Command, flag: string): Option | undefined {
  return optionList(command).find((one) => one.long === flag || one.short === flag);
}

/** Of a command that stands for one of its own, those of that one. */
function optionList(command: Command): readonly Option[] {
  return [...command.options, ...(defaultCommand(command)?.options ?? [])];
}

function optionsOf(command: Command): readonly Candidate[] {
  const own = optionList(command).flatMap(({ long, description, hidden }): Candidate[] =>
    typeof long !== 'string' || hidden ? [] : [{ word: long, about: line(description) }],
  );
  return [...own, { word: '--help', about: 'help for the command' }];
}

async function wordsOf(place: number, around: Around): Promise<Completion> {
  const { command } = around;
  const commands = command.commands
    .filter((one) => !one.name().startsWith('_'))
    .map((one) => ({ word: one.name(), about: line(one.description()) }));
  const list = command.registeredArguments;
  const last = list.at(-1);
  const argument = list[place] ?? (last?.variadic === true ? last : undefined);
  if (argument === undefined) return { candidates: commands, files: false };
  const values = await valuesOf(argument, around);
  return { ...values, candidates: [...commands, ...values.candidates] };
}

/** What a value is, said by its option or by the name that help gives it. */
async function valuesOf(of: Option | Argument, around: Around): Promise<Completion> {
  const { adapters, command } = around;
  if (of.argChoices !== undefined) return listed(of.argChoices);
  const long = 'long' in of ? (of.long ?? '') : '';
  const [, name = ''] = /[<[]([\w.]+)[\]>]/.exec('flags' in of ? of.flags : `<${of.name()}>`) ?? [];
  if (/^files?$|^folder$|^target$/.test(name)) return { candidates: [], files: true };
  if (name === 'dialect') return listed(adapters.map((entry) => entry.name));
  if (name === 'kind') return listed(KINDS);
  if (name === 'names' && long === '--columns') return columnsAfter(around.words.at(-1) ?? '');
  if (name === 'time') return listed(['10m', '1h', '1d', 'today', 'yesterday', 'now']);
  if (command.name() === 'init') return NOTHING;
  if (long === '--source') return listed((await namesIn(around)).sources);
  if (/^--(to-)?sink$/.test(long)) return listed((await namesIn(around)).sinks);
  return NOTHING;
}

/** The last of a list; what is before it is written again, since the shell replaces the word. */
function columnsAfter(word: string): Completion {
  const before = /^(?:.*[,=])?/s.exec(word)?.[0].replace(/^--columns=/, '') ?? '';
  return listed(columnNames().map((name) => before + name));
}

function listed(words: readonly string[]): Completion {
  return { candidates: words.map((word) => ({ word, about: '' })), files: false };
}

interface Names {
  readonly sources: readonly string[];
  readonly sinks: readonly string[];
}

/** From the configuration that the line names; one that is not good has none. */
async function namesIn({ words, adapters }: Around): Promise<Names> {
  const at = words.findIndex((word) => word === '-c' || word === '--config');
  const file = (at < 0 ? undefined : words[at + 1]) ?? defaultFile();
  const loaded = await loadConfiguration(file, adapters, unset(process.env));
  if (!loaded.ok) return { sources: [], sinks: [] };
  const { sources, sinks } = loaded.value;
  const parents = sinks.flatMap(({ partOf }) => partOf ?? []);
  const own = sinks.map(({ name }) => name);
  return { sources: sources.map(({ name }) => name), sinks: [...new Set([...own, ...parents])] };
}

/** Secrets need not be there for names to be known. */
function unset(
  environment: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string | undefined>> {
  return new Proxy(environment, {
    get: (known, name: string) => known[name] ?? `amqp://${name.toLowerCase()}.invalid/`,
    has: () => true,
    getOwnPropertyDescriptor: (known, name: string) => ({
      value: known[name] ?? `amqp://${name.toLowerCase()}.invalid/`,
      configurable: true,
      enumerable: true,
    }),
  });
}

/** The first sentence, for a list. */
function line(text: string): string {
  return text.replace(/[.:;](\s.*)?$/s, '').replaceAll(/\s+/g, ' ');
}
