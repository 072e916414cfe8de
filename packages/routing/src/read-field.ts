/** From the name of a field to a closure that tests it on an event. */
import { isJsonObject, type CanonicalEvent } from '@viaduct/core';
import { EXTRA_PREFIX, FIELDS, SHORT_NAMES, type FieldShape } from './fields.ts';

/** A field as a route names it: one path, or several of which any may match. */
export interface Field {
  readonly paths: readonly string[];
  readonly shape: FieldShape;
}

/** A test of one value; `undefined` is "the event does not have it". */
export type ValueTest = (value: unknown) => boolean;

/** A test of one event. */
export type EventTest = (event: CanonicalEvent) => boolean;

const UNTYPED: FieldShape = { holds: 'text' };

/** Finds a field by its short name or path, `data.` left out or not. */
export function findField(name: string): Field | undefined {
  const paths = Object.hasOwn(SHORT_NAMES, name) ? SHORT_NAMES[name] : undefined;
  if (paths !== undefined) return { paths, shape: FIELDS[paths[0] ?? ''] ?? UNTYPED };
  for (const path of [name, `data.${name}`]) {
    if (path.startsWith(EXTRA_PREFIX) && path.length > EXTRA_PREFIX.length) {
      return { paths: [path], shape: UNTYPED };
    }
    const shape = Object.hasOwn(FIELDS, path) ? FIELDS[path] : undefined;
    if (shape !== undefined) return { paths: [path], shape };
  }
  return undefined;
}

/**
 * Whether a test holds for any value that the field has in an event; where it has none, for
 * `undefined`.
 */
export function testField(field: Field, test: ValueTest): EventTest {
  const [only, ...others] = field.paths.map((path) => testPath(path));
  if (only === undefined) return () => false;
  if (others.length === 0) {
    return (event) => only(event, test) ?? test(undefined);
  }
  const paths = [only, ...others];
  return (event) => {
    let present = false;
    for (const path of paths) {
      const found = path(event, test);
      if (found === true) return true;
      if (found === false) present = true;
    }
    return present ? false : test(undefined);
  };
}

/** `undefined` where the event has no value at the path. */
type PathTest = (event: CanonicalEvent, test: ValueTest) => boolean | undefined;

function testPath(path: string): PathTest {
  if (path.startsWith(EXTRA_PREFIX)) return testExtra(path.slice(EXTRA_PREFIX.length));
  const names = path.split('.');
  return (event, test) => walk(event, names, 0, test);
}

/** Goes down the path; a list stands for its elements. Allocates nothing. */
function walk(
  value: unknown,
  names: readonly string[],
  depth: number,
  test: ValueTest,
): boolean | undefined {
  let current = value;
  for (let at = depth; at < names.length; at += 1) {
    if (Array.isArray(current)) return walkElements(current, names, at, test);
    if (typeof current !== 'object' || current === null) return undefined;
    // Names come from the table of fields, never from a message.
    current = (current as Record<string, unknown>)[names[at] as string];
  }
  if (current === undefined || current === null) return undefined;
  if (Array.isArray(current)) return walkElements(current, names, names.length, test);
  return test(current);
}

function walkElements(
  elements: readonly unknown[],
  names: readonly string[],
  depth: number,
  test: ValueTest,
): boolean | undefined {
  let result: boolean | undefined;
  for (const element of elements) {
    const found = walk(element, names, depth, test);
    if (found === true) return true;
    if (found === false) result = false;
  }
  return result;
}

function testExtra(name: string): PathTest {
  return (event, test) => {
    for (const extra of event.data.attributes?.extra ?? []) {
      if (extra.name !== name) continue;
      const { value } = extra;
      if (value === null || isJsonObject(value)) return undefined;
      return Array.isArray(value) ? walkElements(value, [], 0, test) : test(value);
    }
    return undefined;
  };
}
