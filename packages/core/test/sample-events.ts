import { composeEvent, occurrenceId, sourceUri } from '@viaduct/core';
import type { CanonicalEvent, DecodeContext, EventData } from '@viaduct/core';

export const CONTEXT: DecodeContext = {
  receivedAt: Date.UTC(2026, 0, 2, 3, 4, 5, 678),
  system: 'cloud-1',
  ordinal: 7,
};

/** Everything that the schema knows, used once. */
export const FULL_DATA: EventData = {
  resource: {
    kind: 'compute',
    type: 'VM',
    id: '42',
    name: 'web',
    path: '/experiments/7/computes/42',
    location: { site: 'edge', zone: 'a', region: 'north' },
    host: 'kvm01',
    parent: { kind: 'service', type: 'SERVICE', id: '9', name: 'shop' },
  },
  action: 'other',
  nativeAction: 'disk-saveas',
  phase: 'progress',
  state: {
    value: 'running',
    native: 'ACTIVE/RUNNING',
    previous: { value: 'building', native: 'ACTIVE/BOOT' },
  },
  outcome: 'success',
  severity: 'notice',
  message: 'it runs',
  alarm: { key: 'cloud-1/42', state: 'raised', severity: 'major', cause: 'boot failed' },
  actor: {
    user: { id: '0', name: 'oneadmin' },
    project: { id: 'p' },
    group: { name: 'users' },
    domain: { id: 'default' },
  },
  correlation: { requestId: 'req-1', executionId: 'e', serviceId: '9' },
  attributes: {
    vcpus: 2,
    cpuShare: 0.5,
    memoryMiB: 2048,
    addresses: [
      { address: '192.0.2.5', version: 4, mac: '02:00:c0:00:02:05', network: 'n', type: 'fixed' },
    ],
    createdAt: '2026-01-02T03:04:05Z',
    attachments: ['7'],
    parameters: [{ direction: 'in', position: 1, value: '****' }],
    extra: [{ name: 'VM/RESCHED', value: { any: [1, null, true] } }],
  },
};

/** The least that an event can say. */
export const LEAST_DATA: EventData = {
  resource: { kind: 'device', id: '' },
  action: 'notify',
};

export function sampleEvent(data: EventData = FULL_DATA): CanonicalEvent {
  const source = sourceUri('opennebula', CONTEXT.system);
  return composeEvent(
    {
      id: occurrenceId(source, 'native text', CONTEXT),
      dialect: 'opennebula',
      source,
      nativetype: 'EVENT STATE VM/ACTIVE/RUNNING',
      data,
    },
    CONTEXT,
  );
}
