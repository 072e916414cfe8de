import type {
  Address,
  EventAttributes,
  ExtraAttribute,
  JsonObject,
  JsonValue,
} from '@viaduct/core';
import { isJsonObject } from '@viaduct/core';
import { idOfPath } from './object-path.ts';

/**
 * The normalised facts in an `objectData`, which repeats the object's API document (OCCI
 * attributes). What has no fixed name goes on under its own; `context` does not: it configures the
 * machine from within and is where users keep their secrets.
 */
export function readAttributes(data: JsonObject): EventAttributes | undefined {
  const found: Record<string, unknown> = {};
  const used = new Set(USED_ELSEWHERE);
  for (const { member, name, read } of FACTS) {
    if (found[name] !== undefined || !Object.hasOwn(data, member)) continue;
    const value = read(data[member]);
    if (value === undefined) continue;
    found[name] = value;
    used.add(member);
  }
  const extra = readExtra(data, used);
  if (extra.length > 0) found['extra'] = extra;
  return Object.keys(found).length === 0 ? undefined : found;
}

interface Fact {
  readonly member: string;
  readonly name: keyof EventAttributes;
  readonly read: (value: JsonValue | undefined) => JsonValue | undefined;
}

/** Members that are read into the resource, its state and its parent. */
const USED_ELSEWHERE = [
  'name',
  'host',
  'state',
  'status',
  'experimentId',
  'experiment_id',
  'context',
];

const FACTS: readonly Fact[] = [
  { member: 'cpu', name: 'vcpus', read: (value) => wholeNumber(value) },
  { member: 'cpu', name: 'cpuShare', read: fraction },
  { member: 'memory', name: 'memoryMiB', read: number },
  { member: 'instance_type', name: 'flavor', read: text },
  { member: 'nic', name: 'addresses', read: readAddresses },
  { member: 'disk', name: 'attachments', read: readDisks },
  { member: 'fstype', name: 'format', read: text },
  { member: 'public', name: 'visibility', read: visibility },
  { member: 'vlan', name: 'vlanId', read: text },
  { member: 'created_at', name: 'createdAt', read: time },
  { member: 'updated_at', name: 'updatedAt', read: time },
];

/** Extra attributes of one event, and the length of one in JSON, at most. */
const EXTRA_MAX = 64;
const EXTRA_LENGTH_MAX = 4096;

/** Members that have no fixed name, small enough to be carried along. */
export function readExtra(
  members: JsonObject,
  without: ReadonlySet<string>,
): readonly ExtraAttribute[] {
  const extra: ExtraAttribute[] = [];
  for (const [name, value] of Object.entries(members)) {
    if (extra.length === EXTRA_MAX) break;
    if (without.has(name) || value === null || value === '') continue;
    if (JSON.stringify(value).length <= EXTRA_LENGTH_MAX) extra.push({ name, value });
  }
  return extra;
}

/** Addresses and disks of one machine at most; real ones have some. */
const LIST_MAX = 256;

function readAddresses(value: JsonValue | undefined): JsonValue | undefined {
  const found = itemsOf(value).flatMap((nic): Address[] => {
    const address = text(nic['ip']);
    if (address === undefined) return [];
    const mac = text(nic['mac']);
    const network = text(nic['network']);
    return [
      {
        address,
        ...(/^\d+(?:\.\d+){3}$/.test(address) ? { version: 4 } : {}),
        ...(address.includes(':') ? { version: 6 } : {}),
        ...(mac === undefined ? {} : { mac }),
        ...(network === undefined ? {} : { network }),
      },
    ];
  });
  return found.length === 0 ? undefined : (found as unknown as JsonValue);
}

function readDisks(value: JsonValue | undefined): JsonValue | undefined {
  const found = itemsOf(value).flatMap((disk) => {
    const storage = text(disk['storage']);
    return storage === undefined ? [] : (idOfPath(storage) ?? []);
  });
  return found.length === 0 ? undefined : found;
}

/** A list of objects; one alone stands for a list of one, as XML made JSON has it. */
function itemsOf(value: JsonValue | undefined): readonly JsonObject[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.slice(0, LIST_MAX).filter(isJsonObject);
}

function text(value: JsonValue | undefined): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A number that is not negative, or its text. */
function number(value: JsonValue | undefined): number | undefined {
  const isNumeric = typeof value === 'number' || (typeof value === 'string' && value !== '');
  const read = isNumeric ? Number(value) : Number.NaN;
  return Number.isFinite(read) && read >= 0 ? read : undefined;
}

function wholeNumber(value: JsonValue | undefined): number | undefined {
  const read = number(value);
  return Number.isInteger(read) ? read : undefined;
}

function fraction(value: JsonValue | undefined): number | undefined {
  const read = number(value);
  return Number.isInteger(read) ? undefined : read;
}

/** `YES` and `NO` in the API's documents. */
function visibility(value: JsonValue | undefined): string | undefined {
  if (value === true || value === 'YES') return 'public';
  return value === false || value === 'NO' ? 'private' : undefined;
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;

function time(value: JsonValue | undefined): string | undefined {
  if (typeof value !== 'string' || !TIME.test(value)) return undefined;
  const milliseconds = Date.parse(value);
  if (Number.isNaN(milliseconds)) return undefined;
  return value.endsWith('Z') ? value : new Date(milliseconds).toISOString();
}
