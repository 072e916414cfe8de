/**
 * Where OpenStack has no notion (hosts, site links, experiments, executions, calls, devices), the
 * event itself travels: under an event type `viaduct.<kind>.<action>[.<phase>]`, with the members
 * that ceilometer's default traits look for beside it. Nothing is lost, and a Viaduct that receives
 * it takes the event over as it is.
 */
import type { CanonicalEvent, JsonValue } from '@viaduct/core';
import type { Encoding } from './encoding.ts';
import { payloadTemplate, tenantId, type PayloadField } from './payload-field.ts';

const FIELDS: readonly PayloadField[] = [
  { name: 'resource_id', from: ({ data }) => data.resource.id, carries: [] },
  { name: 'resource_type', from: ({ data }) => data.resource.type, carries: [] },
  { name: 'name', from: ({ data }) => data.resource.name, carries: [] },
  { name: 'host', from: ({ data }) => data.resource.host, carries: [] },
  { name: 'state', from: ({ data }) => data.state?.value, carries: [] },
  { name: 'old_state', from: ({ data }) => data.state?.previous?.value, carries: [] },
  {
    name: 'tenant_id',
    from: tenantId,
    carries: [],
  },
  { name: 'user_id', from: ({ data }) => data.actor?.user?.id, carries: [] },
  {
    name: 'event',
    from: (event) => event as unknown as JsonValue,
    carries: ['source', 'origin', 'nativetype', 'receivedtime', 'data'],
  },
];

/** Everything else. */
export const DEFAULT_ENCODING: Encoding = {
  service: 'viaduct',
  eventType: ({ data }: CanonicalEvent) => {
    const { kind } = data.resource;
    const type = `viaduct.${kind}.${data.action}`;
    return { eventType: data.phase === undefined ? type : `${type}.${data.phase}` };
  },
  template: payloadTemplate('payload', FIELDS),
};
