/** YAML with the lines of its keys; js-yaml 5 parses into events that carry offsets. */
import { fail, ok, type Result } from '@viaduct/core';
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

/** A parsed file. */
export interface HooksYaml {
  readonly value: unknown;
  /** The line (from 1) of a key or item; of the nearest one around it where it is not written. */
  readonly lineOf: (path: readonly (string | number)[]) => number;
}

/** Where the text is no YAML. */
export interface SyntaxProblem {
  readonly line: number;
  readonly reason: string;
}

/** PyYAML, which reads the original file, knows merge keys. */
const SCHEMA = CORE_SCHEMA.withTags(mergeTag);

/** Aliases may repeat a part many times over; real files have a handful. */
const ALIASES_MAX = 100;

/** Parses the first document of a text. */
export function parseHooksYaml(source: string): Result<HooksYaml, SyntaxProblem> {
  try {
    const events = parseEvents(source, {});
    const options = { source, schema: SCHEMA, maxAliases: ALIASES_MAX };
    const documents = constructFromEvents(events, options);
    if (documents.length > 1) {
      return fail({ line: 1, reason: 'there is more than one document in the file' });
    }
    return ok({ value: documents[0], lineOf: lineIndex(source, events) });
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    return fail({ line: (error.mark?.line ?? 0) + 1, reason: error.reason });
  }
}

function lineIndex(source: string, events: readonly Event[]): HooksYaml['lineOf'] {
  const offsets = new Map<string, number>();
  let next = 1; // past the event that begins the document
  const node = (path: readonly (string | number)[]): void => {
    const event = events[next];
    next += 1;
    if (event?.type !== EVENT_ID.MAPPING && event?.type !== EVENT_ID.SEQUENCE) return;
    for (let item = 0; events[next] !== undefined; item += 1) {
      const first = events[next] as Event;
      if (first.type === EVENT_ID.POP) break;
      let name: string | number = item;
      if (event.type === EVENT_ID.MAPPING) {
        name = first.type === EVENT_ID.SCALAR ? getScalarValue(source, first) : '?';
        if (first.type === EVENT_ID.SCALAR) next += 1;
        else node([...path, '?']); // a collection as a key: its value is found under '?'
      }
      offsets.set([...path, name].join('\n'), offsetOf(first));
      node([...path, name]);
    }
    next += 1;
  };
  node([]);
  return (path) => {
    for (let length = path.length; length > 0; length -= 1) {
      const offset = offsets.get(path.slice(0, length).join('\n'));
      if (offset !== undefined && offset >= 0) return source.slice(0, offset).split('\n').length;
    }
    return 1;
  };
}

function offsetOf(event: Event): number {
  if ('valueStart' in event) return event.valueStart;
  if ('start' in event) return event.start;
  return 'anchorStart' in event ? event.anchorStart : -1;
}
