import type { CodecError } from '../errors.ts';
import { misshapenPath } from './event-shape.ts';
import { EVENT_DATA_SCHEMA, TYPE_PREFIX, type CanonicalEvent } from './event.ts';
import { isJsonObject, type JsonObject } from '../json/json.ts';
import { fail, ok, type Result } from '../result.ts';
import { isStateOf } from './states.ts';
import { ACTIONS, KINDS, type Kind } from './vocabulary.ts';

const SCHEMA_FAMILY = 'urn:viaduct:event-data:';

const REQUIRED_TEXTS = [
  'id',
  'source',
  'type',
  'subject',
  'time',
  'origin',
  'nativetype',
  'partitionkey',
  'receivedtime',
] as const;

const OPTIONAL_TEXTS = [
  'trail',
  'traceparent',
  'timesource',
  'replayed',
  'datacontenttype',
] as const;

/**
 * Reads a canonical event back from parsed JSON: one that was stored, or that another broker sent.
 * Checks what the rest of the program relies on: attributes, and the type of every member of the
 * data; the published JSON Schema checks more (formats, members without a meaning). Older data
 * versions are upcast here, once there is a second one.
 */
export function readEvent(value: unknown): Result<CanonicalEvent, CodecError> {
  if (!isJsonObject(value)) return invalid('', 'it is not a JSON object');
  for (const name of REQUIRED_TEXTS) {
    if (typeof value[name] !== 'string') return invalid(name, 'a text is required');
  }
  for (const name of OPTIONAL_TEXTS) {
    const attribute = value[name];
    if (attribute !== undefined && typeof attribute !== 'string') {
      return invalid(name, 'a text is required where it is set');
    }
  }
  if (value['specversion'] !== '1.0') return invalid('specversion', 'only 1.0 is known');
  if (!(value['type'] as string).startsWith(TYPE_PREFIX)) {
    return invalid('type', `it does not begin with ${TYPE_PREFIX}`);
  }
  const newer = schemaProblem(value['dataschema']);
  if (newer) return fail(newer);
  const { data } = value;
  if (!isJsonObject(data)) return invalid('data', 'an object is required');
  const problem = dataProblem(data) ?? shapeProblem(data);
  return problem ?? ok(value as unknown as CanonicalEvent);
}

function schemaProblem(dataschema: unknown): CodecError | undefined {
  if (dataschema === EVENT_DATA_SCHEMA) return undefined;
  const text = typeof dataschema === 'string' ? dataschema : '';
  if (text.startsWith(SCHEMA_FAMILY)) {
    return {
      code: 'VIA_CORE_SCHEMA_NEWER',
      message: `the event follows ${text}; this version reads up to ${EVENT_DATA_SCHEMA}`,
      path: 'dataschema',
    };
  }
  return {
    code: 'VIA_CORE_EVENT_INVALID',
    message: `dataschema ${JSON.stringify(dataschema)} is not ${EVENT_DATA_SCHEMA}`,
    path: 'dataschema',
  };
}

function dataProblem(data: JsonObject): Result<never, CodecError> | undefined {
  const { resource, action, state } = data;
  if (!isJsonObject(resource) || typeof resource['id'] !== 'string') {
    return invalid('data.resource', 'an object with an id is required');
  }
  const kind = resource['kind'];
  if (!(KINDS as readonly unknown[]).includes(kind)) {
    return invalid('data.resource.kind', `${JSON.stringify(kind)} is not a known kind`);
  }
  if (!(ACTIONS as readonly unknown[]).includes(action)) {
    return invalid('data.action', `${JSON.stringify(action)} is not a known action`);
  }
  if (state === undefined) return undefined;
  const value = isJsonObject(state) ? state['value'] : undefined;
  if (typeof value !== 'string' || !isStateOf(kind as Kind, value)) {
    return invalid(
      'data.state.value',
      `${JSON.stringify(value)} is no state of ${JSON.stringify(kind)}`,
    );
  }
  return undefined;
}

/** Every encoder relies on the types of all members: an event from outside must not break one. */
function shapeProblem(data: JsonObject): Result<never, CodecError> | undefined {
  const path = misshapenPath(data);
  return path === undefined ? undefined : invalid(path, 'of another type than the schema has');
}

function invalid(path: string, why: string): Result<never, CodecError> {
  return fail({
    code: 'VIA_CORE_EVENT_INVALID',
    message: `not a canonical event: ${path === '' ? '' : `${path}: `}${why}`,
    path,
  });
}
