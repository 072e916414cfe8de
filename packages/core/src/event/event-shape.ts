import { isJsonObject, type JsonValue } from '../json/json.ts';
import { ALARM_SEVERITIES, KINDS, OUTCOMES, PHASES, SEVERITIES } from './vocabulary.ts';

/** What a value has to be. `words` is a closed list, `listOf` any number of one shape. */
type Shape =
  | 'text'
  | 'number'
  | 'any'
  | { readonly words: readonly string[] }
  | { readonly listOf: Shape }
  | { readonly members: Readonly<Record<string, Shape>>; readonly required?: readonly string[] };

const texts = (...names: readonly string[]): Readonly<Record<string, Shape>> =>
  Object.fromEntries(names.map((name) => [name, 'text']));

const numbers = (...names: readonly string[]): Readonly<Record<string, Shape>> =>
  Object.fromEntries(names.map((name) => [name, 'number']));

const PARTY: Shape = { members: texts('id', 'name') };

const STATE_VALUE = texts('value', 'native');

const ADDRESS: Shape = {
  members: {
    ...texts('address', 'mac', 'network'),
    version: 'number',
    type: { words: ['fixed', 'floating'] },
  },
  required: ['address'],
};

const PARAMETER: Shape = {
  members: { direction: { words: ['in', 'out'] }, position: 'number', value: 'text' },
  required: ['direction', 'position', 'value'],
};

const ATTRIBUTES: Shape = {
  members: {
    ...numbers('vcpus', 'cpuShare', 'memoryMiB', 'diskGiB', 'ephemeralGiB', 'swapMiB'),
    ...numbers('sizeBytes', 'progressPercent', 'durationSeconds', 'exitCode'),
    ...texts('flavor', 'flavorId', 'image', 'imageId', 'architecture', 'osType', 'hypervisor'),
    ...texts('hostname', 'createdAt', 'launchedAt', 'terminatedAt', 'deletedAt', 'updatedAt'),
    ...texts('task', 'powerState', 'owner', 'visibility', 'format', 'bridge', 'vlanId', 'driver'),
    ...texts('cluster', 'clusterId', 'datastore', 'datastoreId', 'errorCode', 'errorMessage'),
    ...texts('call', 'clientAddress'),
    addresses: { listOf: ADDRESS },
    attachments: { listOf: 'text' },
    parameters: { listOf: PARAMETER },
    extra: {
      listOf: { members: { name: 'text', value: 'any' }, required: ['name', 'value'] },
    },
  },
};

/** `data` but for what `readEvent` says in words of its own: kind, action, canonical state. */
const DATA: Shape = {
  members: {
    resource: {
      members: {
        ...texts('type', 'id', 'name', 'path', 'host'),
        location: { members: texts('site', 'zone', 'region') },
        parent: {
          members: { kind: { words: KINDS }, ...texts('type', 'id', 'name') },
          required: ['kind', 'id'],
        },
      },
      required: ['id'],
    },
    ...texts('nativeAction', 'message'),
    phase: { words: PHASES },
    state: {
      members: {
        ...STATE_VALUE,
        previous: { members: STATE_VALUE, required: ['value', 'native'] },
      },
      required: ['value', 'native'],
    },
    outcome: { words: OUTCOMES },
    severity: { words: SEVERITIES },
    alarm: {
      members: {
        ...texts('key', 'cause'),
        state: { words: ['raised', 'cleared'] },
        severity: { words: ALARM_SEVERITIES },
      },
      required: ['key', 'state', 'severity'],
    },
    actor: { members: { user: PARTY, project: PARTY, group: PARTY, domain: PARTY } },
    correlation: { members: texts('requestId', 'executionId', 'serviceId') },
    attributes: ATTRIBUTES,
  },
};

/**
 * The path of the first value in `data` that is of another type than its name says, or missing;
 * `undefined` where all are as they should be. Members without a meaning are passed over.
 */
export function misshapenPath(data: JsonValue): string | undefined {
  return misshapen(data, DATA, 'data');
}

function misshapen(value: JsonValue, shape: Shape, path: string): string | undefined {
  if (shape === 'any') return undefined;
  if (shape === 'text') return typeof value === 'string' ? undefined : path;
  if (shape === 'number') return typeof value === 'number' ? undefined : path;
  if ('words' in shape) return shape.words.includes(value as string) ? undefined : path;
  if ('listOf' in shape) {
    if (!Array.isArray(value)) return path;
    return firstOf(value.entries(), (index, item: JsonValue) =>
      misshapen(item, shape.listOf, `${path}[${String(index)}]`),
    );
  }
  if (!isJsonObject(value)) return path;
  const missing = shape.required?.find((name) => !Object.hasOwn(value, name));
  if (missing !== undefined) return `${path}.${missing}`;
  return firstOf(Object.entries(shape.members), (name, member) =>
    Object.hasOwn(value, name)
      ? misshapen(value[name] as JsonValue, member, `${path}.${name}`)
      : undefined,
  );
}

/** The first answer that is one. */
function firstOf<K, V>(
  pairs: Iterable<readonly [K, V]>,
  ask: (key: K, value: V) => string | undefined,
): string | undefined {
  for (const [key, value] of pairs) {
    const answer = ask(key, value);
    if (answer !== undefined) return answer;
  }
  return undefined;
}
