import { fingerprint, isJsonObject, type JsonObject, type JsonValue } from '@viaduct/core';
import { knownEventTypes, canonicalTypeProblem, isCanonicalPattern } from './hook-event-type.ts';
import type { Hook, HookTarget } from './hook.ts';
import { parseHooksYaml, type HooksYaml } from './hooks-yaml.ts';

/** Something in a `hooks.conf` that an operator should know. */
export interface HookProblem {
  /** `error`: nothing of the file can be used. `warning`: this part does not do what it seems. */
  readonly severity: 'error' | 'warning';
  /** Counted from 1. */
  readonly line: number;
  /** `hooks[2].event_type`; empty for the whole file. */
  readonly path: string;
  readonly message: string;
}

/** What a `hooks.conf` says. */
export interface HooksFile {
  readonly hooks: readonly Hook[];
  /** In the order of the file. With an `error` among them there are no hooks. */
  readonly problems: readonly HookProblem[];
}

/** A larger file is no configuration; real ones have some kilobytes. */
const FILE_LENGTH_MAX = 1_048_576;

/** More hooks than this are refused: each is a sink of its own. */
export const HOOKS_MAX = 1_000;

/** Keys of the original, and our own. */
const KEYS: readonly string[] = [
  'event_type',
  'implementation',
  'inputs',
  'description',
  'name',
  'match',
  'command',
  'javascript',
];

const TARGETS = ['implementation', 'command', 'javascript'] as const;

/** Keys that may change without making an entry another one. */
const UNIDENTIFYING: readonly string[] = ['name', 'description'];

/** Letters, digits, `.`, `_` and `-`: part of a sink's name. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$/;

/** Reads a `hooks.conf`; every problem is found at once. A text that is no file has no hooks. */
export function parseHooksFile(text: string): HooksFile {
  if (text.length > FILE_LENGTH_MAX) return broken(1, `larger than ${FILE_LENGTH_MAX} characters`);
  const parsed = parseHooksYaml(text);
  if (!parsed.ok) return broken(parsed.error.line, `this is not YAML: ${parsed.error.reason}`);
  const yaml = parsed.value;
  // As shipped, with everything commented out, the file is empty.
  if (yaml.value === null || yaml.value === undefined) return { hooks: [], problems: [] };
  if (!isJsonObject(yaml.value)) return broken(1, 'a mapping with the key "hooks" is required');
  const reading = new Reading(yaml);
  for (const key of Object.keys(yaml.value)) {
    if (key !== 'hooks') reading.warn([key], `unknown key "${key}"`);
  }
  const list = yaml.value['hooks'];
  if (list === undefined || list === null) return { hooks: [], problems: reading.problems };
  if (!Array.isArray(list)) return broken(yaml.lineOf(['hooks']), '"hooks" is no list');
  if (list.length > HOOKS_MAX) return broken(1, `more than ${HOOKS_MAX} hooks`);
  const entries = list as readonly unknown[];
  const hooks = entries.flatMap((entry, index) => reading.hook(entry, index));
  const isBroken = reading.problems.some(({ severity }) => severity === 'error');
  return { hooks: isBroken ? [] : hooks, problems: reading.problems };
}

function broken(line: number, message: string): HooksFile {
  return { hooks: [], problems: [{ severity: 'error', line, path: '', message }] };
}

type Path = readonly (string | number)[];

/** One pass over the entries of a file. */
class Reading {
  readonly problems: HookProblem[] = [];
  readonly #yaml: HooksYaml;
  readonly #names = new Map<string, number>();

  constructor(yaml: HooksYaml) {
    this.#yaml = yaml;
  }

  warn(path: Path, message: string): void {
    this.#add('warning', path, message);
  }

  #fail(path: Path, message: string): void {
    this.#add('error', path, message);
  }

  #add(severity: HookProblem['severity'], path: Path, message: string): void {
    const shown = path
      .map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`))
      .join('');
    const line = this.#yaml.lineOf(path);
    this.problems.push({ severity, line, path: shown.replace(/^\./, ''), message });
  }

  /** The hook of an entry; none where it is wrong or a duplicate. */
  hook(entry: unknown, index: number): readonly Hook[] {
    const path: Path = ['hooks', index];
    if (!isJsonObject(entry)) {
      this.#fail(path, 'an entry is a mapping with event_type and implementation');
      return [];
    }
    for (const key of Object.keys(entry).filter((one) => !KEYS.includes(one))) {
      const hint = key === 'kwargs' ? '; arguments are called "inputs"' : '';
      this.warn([...path, key], `unknown key "${key}"${hint}`);
    }
    const eventType = this.#eventType(entry, path);
    const run = this.#target(entry, path);
    const inputs = this.#mapping(entry, 'inputs', path);
    const match = this.#mapping(entry, 'match', path);
    const name = this.#name(entry, path);
    if (eventType === undefined || run === undefined || inputs === undefined) return [];
    if (match === undefined || name === undefined) return [];
    const { description } = entry;
    const line = this.#yaml.lineOf(path);
    const text = typeof description === 'string' ? description : undefined;
    return [{ name, eventType, match, run, inputs, description: text, line }];
  }

  #eventType(entry: JsonObject, path: Path): string | undefined {
    const at = [...path, 'event_type'];
    const eventType = entry['event_type'];
    if (typeof eventType !== 'string' || eventType === '') {
      this.#fail(at, 'event_type is missing: the event that the hook is for');
      return undefined;
    }
    if (isCanonicalPattern(eventType)) {
      const problem = canonicalTypeProblem(eventType);
      if (problem !== undefined) this.warn(at, problem);
    } else if (!knownEventTypes().includes(eventType)) {
      const known = 'the five workflow_… events, or a type such as io.viaduct.compute.*';
      this.warn(at, `unknown event type "${eventType}": known are ${known}`);
    }
    return eventType;
  }

  #target(entry: JsonObject, path: Path): HookTarget | undefined {
    const written = TARGETS.filter((key) => entry[key] !== undefined && entry[key] !== null);
    const [kind] = written;
    if (kind === undefined || written.length > 1) {
      this.#fail(path, `one of ${TARGETS.join(', ')} is required`);
      return undefined;
    }
    const target = targetOf(kind, entry[kind] ?? null);
    if (target === undefined) this.#fail([...path, kind], TARGET_FORMS[kind]);
    return target;
  }

  #mapping(entry: JsonObject, key: string, path: Path): JsonObject | undefined {
    const value = entry[key] ?? {};
    if (isJsonObject(value)) return value;
    this.#fail([...path, key], `"${key}" is no mapping`);
    return undefined;
  }

  /** Two entries of one name would be one sink; of two that are equal the second adds nothing. */
  #name(entry: JsonObject, path: Path): string | undefined {
    const given = entry['name'];
    const rest = Object.entries(entry).filter(([key]) => !UNIDENTIFYING.includes(key));
    if (given !== undefined && (typeof given !== 'string' || !NAME.test(given))) {
      const form = 'letters, digits, ".", "_" and "-", at most 40';
      this.#fail([...path, 'name'], `this is no name: ${form}`);
      return undefined;
    }
    const name = given ?? `hook-${fingerprint(sortedJson(Object.fromEntries(rest))).slice(0, 12)}`;
    const first = this.#names.get(name);
    if (first === undefined) {
      this.#names.set(name, this.#yaml.lineOf(path));
      return name;
    }
    if (given === undefined) this.warn(path, `the same hook as in line ${first}: left out`);
    else this.#fail([...path, 'name'], `the name "${name}" is taken in line ${first}`);
    return undefined;
  }
}

const TARGET_FORMS: Readonly<Record<(typeof TARGETS)[number], string>> = {
  implementation: 'a dotted name is required: package.module.function',
  command: 'a list is required: the program and its arguments, each a text',
  javascript: 'a file is required: ./page.mjs or ./page.mjs#function',
};

/** At least a module and a function, or a plugin and a function. */
const DOTTED = /^[^\s.]+(\.[^\s.]+)+$/;

function targetOf(kind: (typeof TARGETS)[number], value: JsonValue): HookTarget | undefined {
  if (kind === 'command') {
    if (!Array.isArray(value) || value.length === 0) return undefined;
    const command = value as readonly JsonValue[];
    const isTexts = command.every((part) => typeof part === 'string' && !part.includes('\0'));
    return isTexts && command[0] !== ''
      ? { kind, command: command as readonly string[] }
      : undefined;
  }
  if (typeof value !== 'string' || value === '') return undefined;
  if (kind === 'implementation') {
    return DOTTED.test(value) ? { kind, implementation: value } : undefined;
  }
  const hash = value.lastIndexOf('#');
  const file = hash < 0 ? value : value.slice(0, hash);
  return file === ''
    ? undefined
    : { kind, file, exported: hash < 0 ? 'default' : value.slice(hash + 1) };
}

/** Equal for equal entries, whatever the order of their keys. */
function sortedJson(value: JsonValue): string {
  return JSON.stringify(value, (_key, part: JsonValue) =>
    isJsonObject(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
