import { encodeSegment } from '@viaduct/core';

/**
 * An object's place in BonFIRE's API:
 *
 *     /experiments/2946    /locations/uk-epcc/computes/456    /locations/autobahn/site_links/7
 *
 * Site ids are unique at their site only, so the id of what has a site is `<site>/<id>`.
 */
export interface ObjectPath {
  /** As written, without scheme and host. */
  readonly path: string;
  readonly id: string;
  readonly site?: string;
  /** `computes`, `experiments`…; missing where the path is none of BonFIRE's. */
  readonly collection?: string;
}

/** Longer texts are no paths; a path becomes part of keys. */
const LENGTH_MAX = 1024;

/** Reads a path, or a URL with one; `undefined` where there is nothing to read. */
export function parseObjectPath(text: string): ObjectPath | undefined {
  const path = text.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/]*/i, '');
  if (path === '' || path.length > LENGTH_MAX) return undefined;
  const words = path
    .split('/')
    .filter((word) => word !== '')
    .map(decoded);
  const [root, first, collection, last] = words;
  if (root === 'experiments' && first !== undefined && words.length === 2) {
    return { path, id: first, collection: 'experiments' };
  }
  if (root === 'locations' && first !== undefined && collection !== undefined) {
    if (last !== undefined && words.length === 4) {
      return { path, id: `${first}/${last}`, site: first, collection };
    }
  }
  const id = words.join('/');
  return id === '' ? undefined : { path, id };
}

/** The id that a path stands for, as `resource.id` has it. */
export function idOfPath(text: string): string | undefined {
  return parseObjectPath(text)?.id;
}

/** Writes a path out of words that may hold anything. */
export function formatObjectPath(...words: readonly string[]): string {
  return words.map((word) => `/${encodeSegment(word)}`).join('');
}

function decoded(word: string): string {
  try {
    return decodeURIComponent(word);
  } catch {
    return word; // a stray %
  }
}
