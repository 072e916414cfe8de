/** What a route changes of an event: a map from field to the expression of its new value. */
import {
  eventType,
  fail,
  isJsonObject,
  ok,
  readEvent,
  type CanonicalEvent,
  type JsonValue,
  type Result,
} from '@viaduct/core';
import { compileExpression, type Expression } from './expression.ts';
import { EXTRA_PREFIX, FIELDS, type FieldShape } from './fields.ts';
import { FIELDS_SET_MAX, TEXT_CHARACTERS_MAX } from './limits.ts';
import { nearest } from './nearest.ts';
import { findField } from './read-field.ts';
import type { RouteProblem } from './problem.ts';

/** Why an event cannot have its new shape. */
export interface ReshapeFailure {
  readonly code: 'VIA_ROUTING_EXPRESSION_FAILED' | 'VIA_ROUTING_RESHAPE_INVALID';
  readonly reason: string;
}

/** Gives an event its new shape. Its id stays: it is the same occurrence. */
export type Reshape = (event: CanonicalEvent) => Result<CanonicalEvent, ReshapeFailure>;

/** What identifies an event, or follows from other fields. */
const FIXED = new Set([
  ...['id', 'source', 'type', 'subject', 'dataschema', 'origin', 'trail', 'receivedtime'],
  ...['timesource', 'replayed', 'data.alarm.key', 'data.alarm.state'],
]);

/** What an entry of `attributes.extra` may hold. */
const ANY: FieldShape = { holds: 'text' };

interface Assignment {
  /** From the event on. */
  readonly path: readonly string[];
  /** The name of an entry of `attributes.extra`. */
  readonly extra?: string;
  readonly field: string;
  readonly shape: FieldShape;
  readonly expression: Expression;
}

/** Compiles the map of a route; `undefined` where something is wrong with it, which is reported. */
export function compileReshape(
  set: unknown,
  index: number,
  problems: RouteProblem[],
): Reshape | undefined {
  const before = problems.length;
  const add = (key: string | undefined, problem: Omit<RouteProblem, 'path'>): void => {
    problems.push({ ...problem, path: [index, 'set', ...(key === undefined ? [] : [key])] });
  };
  const written = isJsonObject(set) ? Object.entries(set) : [];
  if (!isJsonObject(set) || written.length === 0) {
    add(undefined, {
      code: 'VIA_ROUTING_ROUTE_INVALID',
      message: '`set` is not a map from fields to expressions',
      advice: 'write `set: { severity: \'"critical"\' }`, or leave it out',
    });
  }
  if (written.length > FIELDS_SET_MAX) {
    const message = `the route sets ${String(written.length)} fields`;
    const advice = `set at most ${String(FIELDS_SET_MAX)}`;
    add(undefined, { code: 'VIA_ROUTING_LIMIT', message, advice });
    return undefined;
  }
  const assignments = written.flatMap(([name, value]) => {
    const assignment = compileAssignment(name, value);
    if (assignment.ok) return [assignment.value];
    add(name, assignment.error);
    return [];
  });
  return problems.length === before ? (event) => reshaped(event, assignments) : undefined;
}

function compileAssignment(
  name: string,
  written: unknown,
): Result<Assignment, Omit<RouteProblem, 'path'>> {
  const path = pathOf(name);
  if (typeof path !== 'string') return path;
  // A number or a truth value in YAML is an expression of itself.
  const isPlain = typeof written === 'number' || typeof written === 'boolean';
  if (!isPlain && typeof written !== 'string' && written !== null) {
    return fail({
      code: 'VIA_ROUTING_EXPRESSION_INVALID',
      message: 'the value is no expression',
      advice: 'write CEL in quotes; a text is quoted twice: \'"critical"\'',
    });
  }
  const compiled = compileExpression(String(written));
  if (!compiled.ok) return fail({ code: 'VIA_ROUTING_EXPRESSION_INVALID', ...compiled.error });
  const expression = compiled.value;
  if (path.startsWith(EXTRA_PREFIX)) {
    const extra = path.slice(EXTRA_PREFIX.length);
    return ok({ path: ['data', 'attributes'], extra, field: name, shape: ANY, expression });
  }
  const shape = FIELDS[path] ?? ANY;
  return ok({ path: path.split('.'), field: name, shape, expression });
}

function pathOf(name: string): string | ReturnType<typeof fail<Omit<RouteProblem, 'path'>>> {
  const found = findField(name);
  const [path, ...others] = found?.paths ?? [];
  if (path === undefined) {
    const meant = nearest(
      name,
      Object.keys(FIELDS).map((one) => one.replace(/^data\./, '')),
    );
    const advice =
      meant === undefined ? 'write a path such as resource.name' : `did you mean "${meant}"?`;
    return fail({
      code: 'VIA_ROUTING_FIELD_UNKNOWN',
      message: `events have no field "${name}"`,
      advice,
    });
  }
  if (others.length > 0) {
    return fail({
      code: 'VIA_ROUTING_FIELD_FIXED',
      message: `"${name}" stands for several fields`,
      advice: `set one of ${[path, ...others].map((one) => one.replace(/^data\./, '')).join(', ')}`,
    });
  }
  if (FIXED.has(path) || /^data\.attributes\.(addresses|parameters|attachments)/.test(path)) {
    return fail({
      code: 'VIA_ROUTING_FIELD_FIXED',
      message: `"${name}" cannot be set`,
      advice: 'it says what the event is, follows from other fields, or is a list',
    });
  }
  return path;
}

function reshaped(
  event: CanonicalEvent,
  assignments: readonly Assignment[],
): Result<CanonicalEvent, ReshapeFailure> {
  let shape: unknown = event;
  for (const { path, extra, field, shape: holds, expression } of assignments) {
    const value = expression.evaluate(event);
    if (!value.ok) return failed('VIA_ROUTING_EXPRESSION_FAILED', field, value.error);
    const plain = plainValue(value.value);
    const problem = valueProblem(plain, holds);
    if (plain === undefined || problem !== undefined) {
      return failed('VIA_ROUTING_RESHAPE_INVALID', field, problem ?? '');
    }
    shape =
      extra === undefined ? withValue(shape, path, plain) : withExtra(shape, path, extra, plain);
  }
  return checked(shape as CanonicalEvent);
}

function valueProblem(value: JsonValue | undefined, { words }: FieldShape): string | undefined {
  if (value === undefined) return 'the value is none that JSON can hold';
  if (typeof value === 'string' && value.length > TEXT_CHARACTERS_MAX) {
    return `the text has ${String(value.length)} characters`;
  }
  const isKnown = typeof value === 'string' && words?.includes(value) === true;
  if (words === undefined || value === null || isKnown) return undefined;
  return `${JSON.stringify(value)} is none of ${words.join(', ')}`;
}

function failed(
  code: ReshapeFailure['code'],
  field: string,
  reason: string,
): Result<never, ReshapeFailure> {
  return fail({ code, reason: `${field}: ${reason}` });
}

/** Type and subject follow from the data, as everywhere. */
function checked(shape: CanonicalEvent): Result<CanonicalEvent, ReshapeFailure> {
  const { resource, action, phase, state } = shape.data;
  // A state that was set and has no native name is its own.
  const data =
    state === undefined || 'native' in state
      ? shape.data
      : {
          ...shape.data,
          state: { ...(state as object), native: String((state as { value: unknown }).value) },
        };
  const read = readEvent({
    ...shape,
    type: eventType(resource.kind, action, phase),
    subject: `${resource.kind}/${resource.id}`,
    data,
  });
  if (read.ok) return read;
  const { message, path } = read.error;
  const reason = path === undefined ? message : `${path}: ${message}`;
  return fail({ code: 'VIA_ROUTING_RESHAPE_INVALID', reason });
}

/** A copy with a value at a path; `null` takes the member away. */
function withValue(target: unknown, path: readonly string[], value: JsonValue): unknown {
  const [name, ...rest] = path;
  if (name === undefined) return value;
  const own = isJsonObject(target) ? target : {};
  if (rest.length === 0 && value === null) {
    const { [name]: _taken, ...others } = own;
    return others;
  }
  if (value === null && !(name in own)) return own;
  return { ...own, [name]: withValue(own[name], rest, value) };
}

function withExtra(
  target: unknown,
  path: readonly string[],
  name: string,
  value: JsonValue,
): unknown {
  const { extra = [] } = (target as CanonicalEvent).data.attributes ?? {};
  const others = extra.filter((entry) => entry.name !== name);
  const next = value === null ? others : [...others, { name, value }];
  return withValue(target, [...path, 'extra'], next as unknown as JsonValue);
}

/** From the types of CEL to those of JSON; `undefined` where there is none. */
function plainValue(value: unknown): JsonValue | undefined {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      return Number.isFinite(value) ? value : undefined;
    case 'bigint':
      return Number(value);
    case 'object':
      return plainObject(value);
    default:
      return undefined;
  }
}

function plainObject(value: object | null): JsonValue | undefined {
  if (value === null) return null;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : value.toISOString();
  if (Array.isArray(value)) {
    const items = value.map(plainValue);
    return items.some((item) => item === undefined) ? undefined : (items as JsonValue);
  }
  if (!isJsonObject(value)) return undefined;
  const entries = Object.entries(value).map(([key, item]) => [key, plainValue(item)] as const);
  if (entries.some(([, item]) => item === undefined)) return undefined;
  return Object.fromEntries(entries) as JsonValue;
}
