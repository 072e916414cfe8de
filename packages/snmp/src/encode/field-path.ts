import { isJsonObject, type JsonObject, type JsonValue } from '@viaduct/core';

/** The value at a path such as `a.b[0].c`; `undefined` where there is none. */
export function valueAt(root: object, path: string): unknown {
  let value: unknown = root;
  for (const name of path.replaceAll('[', '.').replaceAll(']', '').split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name))
      return undefined;
    value = (value as JsonObject)[name];
  }
  return value;
}

/** An object that is being put together. */
export type Draft = { [name: string]: JsonValue | Draft };

/** Sets the value at a dotted path; the objects on the way are made. */
export function setAt(root: Draft, path: string, value: JsonValue): void {
  const names = path.split('.');
  const last = names.pop() as string;
  let place = root;
  for (const name of names) place = (place[name] ??= {}) as Draft;
  place[last] = value;
}

/** Paths listed of one event at most; a hostile event can have a million fields. */
export const PATHS_MAX = 1_000;

/** The paths of all values that are no objects and no lists, each `a.b[0].c`. */
export function leafPaths(root: JsonObject, prefix: string): readonly string[] {
  const paths: string[] = [];
  collect(root, prefix, paths);
  return paths;
}

function collect(value: unknown, path: string, paths: string[]): void {
  if (paths.length >= PATHS_MAX || value === undefined) return;
  if (Array.isArray(value)) {
    value.forEach((item, index) => collect(item, `${path}[${index}]`, paths));
  } else if (isJsonObject(value)) {
    for (const [name, item] of Object.entries(value)) collect(item, `${path}.${name}`, paths);
  } else {
    paths.push(path);
  }
}
