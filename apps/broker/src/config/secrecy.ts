/** Which values are never shown: secrets by their schema, and whatever came out of a `${…}`. */
import type { ConfigField } from '@viaduct/core';
import type { Fields } from './json-schema.ts';
import { formatPath, type Path } from './path.ts';

/** Whether the value at a path below an object of fields is a secret or part of one. */
export function isSecret(fields: Fields, path: Path): boolean {
  const [key, ...rest] = path;
  if (key === undefined || !Object.hasOwn(fields.properties, key)) return false;
  return isSecretField(fields.properties[key], rest);
}

function isSecretField(field: ConfigField | undefined, path: Path): boolean {
  if (field === undefined) return false;
  if (field.secret === true) return true;
  switch (field.type) {
    case 'object':
      return isSecret(field, path);
    case 'array':
      return isSecretField(field.items, path.slice(1));
    case 'map':
      return isSecretField(field.values, path.slice(1));
    default:
      return false;
  }
}

/** Whether a value, or one that it is part of, was filled in from outside. */
export function isWithin(filledIn: ReadonlyMap<string, unknown>, path: Path): boolean {
  return path.some((_, at) => filledIn.has(formatPath(path.slice(0, at + 1))));
}
