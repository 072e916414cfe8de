/**
 * YAML with positions. js-yaml 5 parses into events that carry offsets into the source, and builds
 * the values from the same events; so one library gives the values and the line of every key.
 */
import {
  constructFromEvents,
  CORE_SCHEMA,
  EVENT_ID,
  type Event,
  getScalarValue,
  mergeTag,
  parseEvents,
  YAMLException,
} from 'js-yaml';
import { fail, ok, type Result } from '@viaduct/core';
import { formatPath, type Path } from './path.ts';
import type { Problem } from './problem.ts';

/** A parsed configuration file. */
export interface YamlDocument {
  readonly value: unknown;
  /** The line (from 1) of a key or item; of the nearest one around it where it is not written. */
  readonly lineOf: (path: Path) => number;
}

/** YAML 1.2 with merge keys (`<<`), which people use to say common options once. */
const SCHEMA = CORE_SCHEMA.withTags(mergeTag);

/** Aliases may repeat a part many times over; real files have a handful. */
const ALIASES_MAX = 100;

/** Parses one YAML document; the first syntax error is the problem. */
export function parseYaml(source: string): Result<YamlDocument, Problem> {
  try {
    const events = parseEvents(source, {});
    const [value, ...more] = constructFromEvents(events, {
      source,
      schema: SCHEMA,
      maxAliases: ALIASES_MAX,
    });
    if (more.length > 0) return fail(notOneDocument(source, events));
    return ok({ value, lineOf: lineIndex(source, events) });
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    return fail(syntaxProblem(error));
  }
}

function syntaxProblem(error: YAMLException): Problem {
  return {
    code: 'VIA_BROKER_CONFIG_SYNTAX',
    line: error.mark === undefined ? undefined : error.mark.line + 1,
    path: '',
    message: `this is not YAML: ${error.reason}`,
    advice: adviceFor(error.reason),
  };
}

function adviceFor(reason: string): string {
  if (reason.includes('duplicated')) return 'Write each key once.';
  if (reason.includes('tab')) return 'Indent with blanks; YAML does not take tabs.';
  if (reason.includes('alias')) return 'Define the anchor (&name) before its alias (*name).';
  return 'Look at this line and the one before: indentation, brackets, quotes.';
}

function notOneDocument(source: string, events: readonly Event[]): Problem {
  const second = events.findLastIndex((event) => event.type === EVENT_ID.DOCUMENT);
  const next = events.slice(second).find((event) => offsetOf(event) >= 0);
  return {
    code: 'VIA_BROKER_CONFIG_SYNTAX',
    line: next === undefined ? undefined : lineAt(source, offsetOf(next)),
    path: '',
    message: 'a second YAML document begins here',
    advice: 'Keep one document in the file: remove the line "---" between them.',
  };
}

function lineIndex(source: string, events: readonly Event[]): (path: Path) => number {
  const offsets = new Map<string, number>();
  let next = 1; // past the event that begins the document

  const node = (path: Path): void => {
    const event = events[next];
    next += 1;
    if (event === undefined || event.type === EVENT_ID.SCALAR || event.type === EVENT_ID.ALIAS)
      return;
    const isMapping = event.type === EVENT_ID.MAPPING;
    for (let item = 0; events[next] !== undefined; item += 1) {
      const first = events[next] as Event;
      if (first.type === EVENT_ID.POP) break;
      let name: string | number = item;
      if (isMapping) {
        name = first.type === EVENT_ID.SCALAR ? getScalarValue(source, first) : '?';
        if (first.type === EVENT_ID.SCALAR) next += 1;
        else node([...path, '?']); // a collection as a key: skipped, its value is found under '?'
      }
      const inner = [...path, name];
      offsets.set(formatPath(inner), offsetOf(first));
      node(inner);
    }
    next += 1;
  };

  node([]);
  return (path) => {
    for (let length = path.length; length > 0; length -= 1) {
      const offset = offsets.get(formatPath(path.slice(0, length)));
      if (offset !== undefined && offset >= 0) return lineAt(source, offset);
    }
    return 1;
  };
}

function offsetOf(event: Event): number {
  if ('valueStart' in event) return event.valueStart;
  if ('start' in event) return event.start;
  return 'anchorStart' in event ? event.anchorStart : -1;
}

function lineAt(source: string, offset: number): number {
  let line = 1;
  for (let at = source.indexOf('\n'); at >= 0 && at < offset; at = source.indexOf('\n', at + 1)) {
    line += 1;
  }
  return line;
}
