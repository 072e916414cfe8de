import { composeEvent, type CanonicalEvent, type EventData } from '@viaduct/core';

/** A failed virtual machine, with as much about it as a test of routes can ask for. */
export function failedMachine(data: Partial<EventData> = {}): CanonicalEvent {
  return composeEvent(
    {
      id: '6f5c9bd5-9c0e-5b0e-8a51-0f4be1d1d001',
      dialect: 'opennebula',
      source: 'opennebula://one',
      nativetype: 'VM/ACTIVE/FAILURE',
      data: {
        resource: {
          kind: 'compute',
          type: 'VM',
          id: '42',
          name: 'web-1',
          host: 'node7',
          location: { site: 'fr-inria' },
        },
        action: 'state',
        state: {
          value: 'failed',
          native: 'FAILURE',
          previous: { value: 'running', native: 'RUNNING' },
        },
        outcome: 'failure',
        severity: 'error',
        actor: { user: { id: '3', name: 'ada' }, project: { name: 'grid' } },
        attributes: {
          vcpus: 4,
          addresses: [
            { address: '10.0.0.7', version: 4 },
            { address: 'fe80::1', version: 6 },
          ],
          attachments: ['disk-1', 'disk-2'],
          extra: [
            { name: 'TEMPLATE/TIER', value: 'gold' },
            { name: 'labels', value: ['red', 'blue'] },
          ],
        },
        ...data,
      },
    },
    { receivedAt: Date.UTC(2026, 0, 2), system: 'one', ordinal: 0 },
  );
}
