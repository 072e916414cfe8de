import type { CanonicalEvent, EventAttributes, JsonValue, Parent } from '@viaduct/core';
import type { ObjectNoun } from '../mapping/mapping-kinds.ts';
import { formatObjectPath } from './object-path.ts';

/** Where the whole event lies in the `objectData` of what BonFIRE does not have. */
export const EVENT_MEMBER = 'event';

/**
 * `objectData`: the object's API document as far as it is known, under the OCCI attributes of
 * BonFIRE's API; of objects that BonFIRE does not have, the event too, so that nothing is lost and
 * a Viaduct that receives it takes it over as it is. What is not known is left out: nobody could
 * tell it from a wrong value otherwise.
 */
export function objectDataOf(
  event: CanonicalEvent,
  noun: ObjectNoun,
  state: string | undefined,
  site: string,
): Record<string, JsonValue> {
  const { resource, attributes = {} } = event.data;
  const isExperiment = noun.objectType === 'experiment';
  const document: Record<string, JsonValue | undefined> = {
    name: resource.name,
    host: resource.host,
    experimentId: experimentPath(resource.parent),
    [isExperiment ? 'status' : 'state']: state,
    type: resource.kind === 'image' ? 'OS' : undefined,
    cpu: attributes.vcpus ?? attributes.cpuShare,
    memory: attributes.memoryMiB,
    instance_type: attributes.flavor,
    disk: disksOf(attributes, site),
    nic: nicsOf(attributes),
    fstype: attributes.format,
    public: publicWord(attributes.visibility),
    vlan: attributes.vlanId,
    created_at: attributes.createdAt,
    updated_at: attributes.updatedAt,
    ...ownExtra(event),
    [EVENT_MEMBER]: noun.native ? undefined : (event as unknown as JsonValue),
  };
  const known = Object.entries(document).filter(([, value]) => value !== undefined);
  return Object.fromEntries(known) as Record<string, JsonValue>;
}

/** What an object belongs to, where that is an experiment or counts as one. */
export function experimentPath(parent: Parent | undefined): string | undefined {
  if (parent?.kind !== 'experiment' && parent?.kind !== 'deployment') return undefined;
  return formatObjectPath('experiments', parent.id);
}

function disksOf({ attachments }: EventAttributes, site: string): JsonValue | undefined {
  return attachments?.map((id) => ({ storage: pathAt(site, 'storages', id) }));
}

/** `<site>/<id>` is how ids of BonFIRE's own objects look. */
function pathAt(site: string, collection: string, id: string): string {
  const slash = id.indexOf('/');
  const isOwn = slash > 0 && slash < id.length - 1;
  return isOwn
    ? formatObjectPath('locations', id.slice(0, slash), collection, id.slice(slash + 1))
    : formatObjectPath('locations', site, collection, id);
}

function nicsOf({ addresses }: EventAttributes): JsonValue | undefined {
  return addresses?.map(({ address, mac, network }) => ({
    ...(network === undefined ? {} : { network }),
    ip: address,
    ...(mac === undefined ? {} : { mac }),
  }));
}

function publicWord(visibility: string | undefined): string | undefined {
  if (visibility === 'public') return 'YES';
  return visibility === 'private' ? 'NO' : undefined;
}

/** What a BonFIRE document had beyond the fixed names; other dialects' names mean nothing here. */
function ownExtra({ origin, data }: CanonicalEvent): Readonly<Record<string, JsonValue>> {
  if (origin !== 'bonfire') return {};
  return Object.fromEntries((data.attributes?.extra ?? []).map(({ name, value }) => [name, value]));
}
