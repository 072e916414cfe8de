import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load, YAML11_SCHEMA } from 'js-yaml';

/**
 * What ceilometer makes of a notification: its own `event_definitions.yaml`, read by its own rules
 * (ceilometer/pipeline/data, ceilometer/event/converter.py): event types are globs, `!` excludes,
 * the last definition that matches wins; of a trait's fields the first that is not null counts, and
 * an empty text is null for every trait that is no text.
 */
export function traitsOf(notification: Notification): Readonly<Record<string, unknown>> {
  const definition = DEFINITIONS.findLast(({ event_type: types }) =>
    matches(notification.event_type, typeof types === 'string' ? [types] : types),
  );
  const traits: Record<string, unknown> = {};
  for (const [name, trait] of Object.entries({ ...DEFAULTS, ...definition?.traits })) {
    const fields = typeof trait.fields === 'string' ? [trait.fields] : trait.fields;
    const values = fields.map((field) => valueAt(notification, field));
    const isText = trait.type === undefined || trait.type === 'text';
    const value = values.find((one) => one !== null && one !== undefined && (isText || one !== ''));
    if (value !== undefined) traits[name] = converted(value, trait.type ?? 'text');
  }
  return traits;
}

/** Whether any definition but the defaults is for this event type. */
export function isDefined(eventType: string): boolean {
  return DEFINITIONS.some(({ event_type: types }) =>
    matches(eventType, typeof types === 'string' ? [types] : types),
  );
}

/** A notification as ceilometer's listener hands it on. */
export interface Notification {
  readonly event_type: string;
  readonly publisher_id: string;
  readonly payload: unknown;
  readonly ctxt: Readonly<Record<string, unknown>>;
}

/** From the body of a v1 message: the context without its prefix. */
export function dispatched(body: string): Notification {
  const whole = JSON.parse(body) as Record<string, unknown>;
  const context = Object.entries(whole).flatMap(([name, value]) =>
    name.startsWith('_context_') ? [[name.slice('_context_'.length), value] as const] : [],
  );
  return {
    event_type: whole.event_type as string,
    publisher_id: whole.publisher_id as string,
    payload: whole.payload,
    ctxt: Object.fromEntries(context),
  };
}

interface TraitDefinition {
  readonly fields: string | readonly string[];
  readonly type?: 'text' | 'int' | 'float' | 'datetime';
}

interface Definition {
  readonly event_type: string | readonly string[];
  readonly traits: Readonly<Record<string, TraitDefinition>>;
}

const DEFINITIONS = load(
  readFileSync(join(import.meta.dirname, '../fixtures/ceilometer/event_definitions.yaml'), 'utf8'),
  { schema: YAML11_SCHEMA },
) as readonly Definition[];

const DEFAULTS: Readonly<Record<string, TraitDefinition>> = {
  service: { fields: 'publisher_id' },
  request_id: { fields: 'ctxt.request_id' },
  project_id: { fields: ['payload.tenant_id', 'ctxt.project_id'] },
  user_id: { fields: ['payload.user_id', 'ctxt.user_id'] },
};

function matches(eventType: string, patterns: readonly string[]): boolean {
  const included = patterns.filter((pattern) => !pattern.startsWith('!'));
  const excluded = patterns.filter((pattern) => pattern.startsWith('!'));
  return (
    (included.length === 0 || included.some((pattern) => glob(pattern).test(eventType))) &&
    !excluded.some((pattern) => glob(pattern.slice(1)).test(eventType))
  );
}

function glob(pattern: string): RegExp {
  const quoted = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${quoted.replaceAll('*', '.*').replaceAll('?', '.')}$`, 's');
}

const STEP = /`split\((.), (-?\d+), (-?\d+)\)`|'([^']*)'|\[(\d+)\]|\[\?(\w+)=(\w+)\]|([^.'[`]+)/g;

/** The part of JSONPath that the definitions use. */
function valueAt(root: unknown, path: string): unknown {
  let value = root;
  for (const step of path.matchAll(STEP)) {
    const [, separator, segment, max, quoted, index, key, wanted, name] = step;
    if (separator !== undefined) value = split(value, separator, Number(segment), Number(max));
    else if (index !== undefined) value = member(value, index);
    else if (key !== undefined) {
      value = Array.isArray(value) ? value.find((item) => member(item, key) === wanted) : undefined;
    } else value = member(value, quoted ?? name ?? '');
  }
  return value;
}

function member(value: unknown, name: string): unknown {
  return (value as Readonly<Record<string, unknown>> | null | undefined)?.[name];
}

/** jsonpath-rw-ext's split: `max` splits at most, -1 for all; the rest stays in the last part. */
function split(value: unknown, separator: string, segment: number, max: number): unknown {
  if (typeof value !== 'string') return undefined;
  const parts = value.split(separator);
  if (max === -1) return parts[segment];
  return [...parts.slice(0, max), parts.slice(max).join(separator)][segment];
}

function converted(value: unknown, type: NonNullable<TraitDefinition['type']>): unknown {
  if (type === 'int') return Math.trunc(Number(value));
  if (type === 'float') return Number(value);
  if (type === 'text') return String(value);
  const text = String(value).replace(' ', 'T');
  const time = new Date(/Z$|[+-]\d\d:?\d\d$/.test(text) ? text : `${text}Z`);
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString(); // swift's samples have blanks in it
}
