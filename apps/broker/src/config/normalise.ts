import type { ConfigField } from '@viaduct/core';
import type { Fields } from './json-schema.ts';
import { formatPath, type Path } from './path.ts';

/** What the walk needs to know of a value. */
export interface Normalising {
  /** Whether the value at a path came out of a `${…}`: its text is read as the field's type. */
  readonly isFilledIn: (path: string) => boolean;
  /** An absolute path for one in the configuration. */
  readonly resolvePath: (written: string) => string;
}

/**
 * A value in the one form that is validated and handed to the adapters: defaults filled in, one
 * bare item made a list of one where the field allows it, texts that came out of a `${…}` read as
 * numbers or booleans where the field is one, file paths made absolute. What does not fit its
 * field is left as it is, for validation to report.
 */
export function normalise(
  value: Readonly<Record<string, unknown>>,
  fields: Fields,
  path: Path,
  how: Normalising,
): Readonly<Record<string, unknown>> {
  const written = Object.entries(value).map(([name, part]): [string, unknown] => {
    const field = ownField(fields, name);
    return [name, field === undefined ? part : normaliseField(part, field, [...path, name], how)];
  });
  const filled: [string, unknown][] = Object.entries(fields.properties)
    .filter(([name, field]) => field.default !== undefined && !Object.hasOwn(value, name))
    .map(([name, field]) => [name, normaliseField(field.default, field, [...path, name], how)]);
  return Object.fromEntries([...written, ...filled]);
}

function ownField(fields: Fields, name: string): ConfigField | undefined {
  return Object.hasOwn(fields.properties, name) ? fields.properties[name] : undefined;
}

function normaliseField(value: unknown, field: ConfigField, path: Path, how: Normalising): unknown {
  switch (field.type) {
    case 'object':
      return isMapping(value) ? normalise(value, field, path, how) : value;
    case 'map': {
      if (!isMapping(value)) return value;
      const entries = Object.entries(value).map(([name, part]) => [
        name,
        normaliseField(part, field.values, [...path, name], how),
      ]);
      return Object.fromEntries(entries) as unknown;
    }
    case 'array': {
      if (Array.isArray(value)) {
        return value.map((item, at) => normaliseField(item, field.items, [...path, at], how));
      }
      const isBare = field.single === true && value !== null && !isMapping(value);
      return isBare ? [normaliseField(value, field.items, path, how)] : value;
    }
    case 'string': {
      const isPath = field.format === 'path' && typeof value === 'string' && value.trim() !== '';
      return isPath ? how.resolvePath(value) : value;
    }
    case 'boolean':
      return fromText(value, path, how, (text) => ({ true: true, false: false })[text]);
    case 'integer':
    case 'number':
      return fromText(value, path, how, (text) => (NUMBER.test(text) ? Number(text) : undefined));
  }
}

const NUMBER = /^-?\d+(\.\d+)?$/;

function fromText(
  value: unknown,
  path: Path,
  how: Normalising,
  read: (text: string) => unknown,
): unknown {
  if (typeof value !== 'string' || !how.isFilledIn(formatPath(path))) return value;
  return read(value.trim()) ?? value;
}

/** Whether a value is a YAML mapping. */
export function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
