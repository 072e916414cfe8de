/**
 * `${…}` in the values of a configuration, filled in after the YAML is parsed, so that no value
 * can change the structure of the file:
 *
 *   ${NAME}             the environment variable; a problem where it is not set
 *   ${NAME:-default}    the default where it is not set or empty
 *   ${file:PATH}        the text of a file without its last line break (a mounted secret)
 *   $${                 a literal ${
 */
import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { formatPath, type Path } from './path.ts';
import type { Report } from './problem.ts';

/** Where the values come from. */
export interface Surroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Relative paths begin here: the folder of the configuration file. */
  readonly folder: string;
}

/** A configuration with its `${…}` filled in. */
export interface Substituted {
  readonly value: unknown;
  /** The paths (formatted) whose values were filled in: never printed, and typed by the schema. */
  readonly filledIn: ReadonlyMap<string, string>;
  /** The files that were read, absolute. */
  readonly files: readonly string[];
}

/** A secret is a line or a key; whatever is larger is the wrong file. */
const FILE_BYTES_MAX = 64 * 1024;

/** Values in a configuration, aliases counted where they are used; real files have hundreds. */
const VALUES_MAX = 100_000;

const REFERENCE = /\$\$\{|\$\{([^}]*)\}/g;
const VARIABLE = /^([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?$/s;

/** Fills in every string of `value`; what cannot be filled in is reported and left empty. */
export function substitute(value: unknown, around: Surroundings, report: Report): Substituted {
  const filledIn = new Map<string, string>();
  const files = new Set<string>();
  let values = 0;

  const fill = (part: unknown, path: Path): unknown => {
    values += 1;
    if (values === VALUES_MAX + 1) {
      const advice = 'Write the parts out, or use fewer aliases of large parts.';
      report.add('VIA_BROKER_CONFIG_SYNTAX', path, `more than ${VALUES_MAX} values`, advice);
    }
    if (values > VALUES_MAX) return null;
    if (typeof part === 'string') {
      const text = fillText(part, path, { ...around, files }, report);
      if (text !== part) filledIn.set(formatPath(path), part);
      return text;
    }
    if (Array.isArray(part)) return part.map((item, index) => fill(item, [...path, index]));
    if (typeof part !== 'object' || part === null) return part;
    return Object.fromEntries(
      Object.entries(part).map(([name, item]) => [name, fill(item, [...path, name])]),
    );
  };

  const filled = fill(value, []);
  return { value: filled, filledIn, files: [...files] };
}

interface Filling extends Surroundings {
  readonly files: Set<string>;
}

function fillText(text: string, path: Path, around: Filling, report: Report): string {
  return text.replace(REFERENCE, (whole: string, inner: string | undefined) => {
    if (inner === undefined) return '${';
    if (inner.startsWith('file:')) return fileText(inner.slice(5), path, around, report);
    const [, name, fallback] = VARIABLE.exec(inner) ?? [];
    if (name === undefined) {
      const advice = 'Write ${NAME}, ${NAME:-default} or ${file:PATH}; $${ stands for a plain ${.';
      report.add('VIA_BROKER_CONFIG_VARIABLE', path, `${whole} is no variable`, advice);
      return '';
    }
    const found = around.environment[name];
    if (fallback !== undefined) return found === undefined || found === '' ? fallback : found;
    if (found !== undefined) return found;
    const advice = `Set ${name}, or write \${${name}:-default}.`;
    report.add('VIA_BROKER_CONFIG_VARIABLE', path, `${name} is not set`, advice);
    return '';
  });
}

function fileText(name: string, path: Path, around: Filling, report: Report): string {
  const file = resolve(around.folder, name);
  around.files.add(file);
  try {
    if (statSync(file).size > FILE_BYTES_MAX)
      throw new Error(`longer than ${FILE_BYTES_MAX} bytes`);
    return readFileSync(file, 'utf8').replace(/\r?\n$/, '');
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
    const advice = 'Name a readable file; relative paths begin at the folder of this file.';
    report.add('VIA_BROKER_CONFIG_VARIABLE', path, `cannot read ${file} (${reason})`, advice);
    return '';
  }
}
