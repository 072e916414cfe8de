/**
 * The text of a configuration file for people who may see the broker but not its secrets: as it was
 * written, comments and all, with `***` where a secret stands in it literally. `${…}` names a
 * secret and is none, so it stays.
 */
import type { AnySinkKind, AnySourceKind } from '@viaduct/core';
import { EVENT_ID, type Event, getScalarValue, parseEvents } from 'js-yaml';
import type { AdapterEntry } from '../adapters.ts';
import type { Fields } from './json-schema.ts';
import { isMapping } from './normalise.ts';
import type { Path } from './path.ts';
import { redactUrls } from './redact.ts';
import { isSecret } from './secrecy.ts';
import { BROKER_FIELDS, ROUTE_FIELDS, SINK_FIELDS, SOURCE_FIELDS } from './sections.ts';
import { parseYaml } from './yaml-document.ts';

/** A value in the text. */
interface Scalar {
  readonly path: Path;
  /** Where its value begins and ends, without quotes. */
  readonly start: number;
  readonly end: number;
  readonly value: string;
}

const HIDDEN = '***';

/** Shortest secret that is looked for in other places, too: a shorter one is a part of words. */
const SOUGHT_LENGTH_MIN = 6;

/** See the file's comment; `undefined` where the text is no YAML: nobody knows what is secret. */
export async function redactFile(
  text: string,
  adapters: readonly AdapterEntry[],
): Promise<string | undefined> {
  const document = parseYaml(text);
  if (!document.ok || !isMapping(document.value.value)) return undefined;
  const fieldsOf = await entryFields(document.value.value, adapters);
  const secrets = scalarsOf(text).filter(({ path }) => isHidden(path, fieldsOf));
  let redacted = text;
  const sought = new Set<string>();
  for (const { start, end, value } of secrets.toReversed()) {
    const written = text.slice(start, end);
    const shown = shownSecret(written);
    if (shown === written) continue;
    redacted = redacted.slice(0, start) + shown + redacted.slice(end);
    for (const secret of secretsIn(value)) sought.add(secret);
  }
  // The same password in a comment or under an anchor.
  for (const secret of sought) redacted = redacted.replaceAll(secret, HIDDEN);
  return redactUrls(redacted);
}

/** What must not stand elsewhere either: the value, a URL's password, a reference's default. */
function secretsIn(value: string): readonly string[] {
  const [, password] = /^[^/]*:\/\/[^/]*?:(.*)@/.exec(value) ?? [];
  const [, fallback] = /:-([^}]*)\}$/.exec(value) ?? [];
  const found = [password ?? fallback ?? value];
  return found.filter((secret) => secret.length >= SOUGHT_LENGTH_MIN);
}

/** A URL keeps all but its password, a reference all but its default. */
function shownSecret(written: string): string {
  const isReference = /^(?:\$\{(?:[A-Za-z_]\w*|file:[^}]*)\})+$/.test(written.trim());
  if (isReference) return written;
  const reference = /^\$\{([A-Za-z_]\w*):-[^}]*\}$/.exec(written.trim());
  if (reference !== null) return `\${${reference[1] ?? ''}:-${HIDDEN}}`;
  if (/^[A-Za-z][A-Za-z0-9+.-]*:\/\//.test(written)) return redactUrls(written);
  // A block keeps its lines and their indentation, or the text would be no YAML any more.
  return written.replace(/\S.*/g, HIDDEN);
}

type FieldsOf = ReadonlyMap<string, Fields | undefined>;

function isHidden(path: Path, fieldsOf: FieldsOf): boolean {
  const [section, name, ...rest] = path;
  if (section === 'broker') return isSecret(BROKER_FIELDS, path.slice(1));
  if (section === 'routes') {
    return typeof rest[0] === 'string' && !Object.hasOwn(ROUTE_FIELDS.properties, rest[0]);
  }
  if (section !== 'sources' && section !== 'sinks') return true;
  const [key] = rest;
  if (key === 'adapter') return false;
  const fields = fieldsOf.get(entryKey(section, String(name)));
  // A key that nothing reads may be a password under a misspelt name.
  if (fields === undefined || !Object.hasOwn(fields.properties, String(key))) return true;
  return isSecret(fields, rest);
}

function entryKey(section: string, name: string): string {
  return `${section}\n${name}`;
}

async function entryFields(
  whole: Readonly<Record<string, unknown>>,
  adapters: readonly AdapterEntry[],
): Promise<FieldsOf> {
  const found = new Map<string, Fields | undefined>();
  for (const section of ['sources', 'sinks'] as const) {
    const entries = whole[section];
    for (const [name, entry] of Object.entries(isMapping(entries) ? entries : {})) {
      const written = isMapping(entry) ? entry['adapter'] : undefined;
      const kind = await kindOf(section, written, adapters);
      if (kind === undefined) continue;
      const common = section === 'sources' ? SOURCE_FIELDS : SINK_FIELDS;
      const properties = { ...common.properties, ...kind.config.properties };
      found.set(entryKey(section, name), { properties });
    }
  }
  return found;
}

async function kindOf(
  section: 'sources' | 'sinks',
  written: unknown,
  adapters: readonly AdapterEntry[],
): Promise<AnySourceKind<unknown> | AnySinkKind<unknown> | undefined> {
  if (typeof written !== 'string') return undefined;
  const [name = '', ...kind] = written.split('.');
  const adapter = await adapters.find((one) => one.name === name)?.load();
  const kinds = adapter?.[section] ?? {};
  const kindName = kind.length === 0 ? 'default' : kind.join('.');
  return Object.hasOwn(kinds, kindName) ? kinds[kindName] : undefined;
}

/** Every value of a document with its place in the text; aliases are where their anchor is. */
function scalarsOf(text: string): readonly Scalar[] {
  const events = parseEvents(text, {});
  const found: Scalar[] = [];
  let next = 1; // past the event that begins the document
  const node = (path: Path): void => {
    const event = events[next];
    next += 1;
    if (event === undefined || event.type === EVENT_ID.ALIAS) return;
    if (event.type === EVENT_ID.SCALAR) {
      const { valueStart: start, valueEnd: end } = event;
      if (start >= 0) found.push({ path, start, end, value: getScalarValue(text, event) });
      return;
    }
    const isList = event.type !== EVENT_ID.MAPPING;
    for (let item = 0; events[next] !== undefined; item += 1) {
      if (events[next]?.type === EVENT_ID.POP) break;
      node([...path, isList ? item : keyOf(text, events[next] as Event, node, () => (next += 1))]);
    }
    next += 1;
  };
  node([]);
  return found;
}

/** The name of a key, past which it moves; a collection as a key is walked through. */
function keyOf(text: string, event: Event, walk: (path: Path) => void, move: () => void): string {
  if (event.type === EVENT_ID.SCALAR) {
    move();
    return getScalarValue(text, event);
  }
  walk(['?']);
  return '?';
}
