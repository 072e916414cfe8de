import type { CanonicalEvent, EventData, JsonObject } from '@viaduct/core';
import { describe, expect, it } from 'vitest';
import { encode } from '../src/encode.ts';
import { walkEvent } from '../src/encode/event-walk.ts';
import { leafPaths, valueAt } from '../src/encode/field-path.ts';
import { MIB_OBJECTS } from '../src/mib/mapping-objects.ts';
import { anyEvent } from './notifications.ts';

/** Says something in most places that have an object, and in some that have none. */
const data: EventData = {
  resource: {
    kind: 'compute',
    type: 'VM',
    id: '42',
    location: { site: 'north' },
    parent: { kind: 'deployment', id: '9' },
  },
  action: 'state',
  state: { value: 'running', native: 'ACTIVE', previous: { value: 'pending', native: 'PENDING' } },
  actor: { user: { id: '3', name: 'alice' }, domain: { name: 'lab' } },
  attributes: {
    vcpus: 1.5,
    architecture: 'x86_64',
    addresses: [{ address: '10.0.0.1', version: 4, mac: '02:00:00:00:00:01' }, { address: '::1' }],
    attachments: ['7', '8'],
    extra: [{ name: 'one', value: { deep: [1, null] } }],
  },
};
const event: CanonicalEvent = { ...anyEvent(), data, timesource: 'native', traceparent: '00-1' };

describe('the walk over an event', () => {
  it('finds the value of every object', () => {
    const { values } = walkEvent(event, undefined);
    MIB_OBJECTS.forEach(({ path }, index) => expect(values[index]).toBe(valueAt(event, path)));
  });

  it('names every field that has a value once, in their order', () => {
    const attributes = ['id', 'source', 'nativetype', 'trail', 'time', 'traceparent'];
    const fields = leafPaths(data as unknown as JsonObject, 'data');
    expect(walkEvent(event, undefined).leaves.map(({ path }) => path)).toEqual([
      ...attributes,
      ...fields,
    ]);
  });

  it('remembers no more names than it may, and still names them all', () => {
    const names = Array.from({ length: 900 }, (_, index) => `made-up-${index}`);
    const attributes = Object.fromEntries(names.map((name) => [name, 'x']));
    const { leaves } = walkEvent({ ...event, data: { ...data, attributes } }, undefined);
    const found = new Set(leaves.map(({ path }) => path));
    expect(names.filter((name) => !found.has(`data.attributes.${name}`))).toEqual([]);
  });
});

describe('what a notification of VIADUCT-MIB does not say', () => {
  it('is listed with its reason, whole fields are not', () => {
    const context = { sentAt: 0, attempt: 1, nonce: '', brokerId: 'b' };
    const encoded = encode(event, context);
    const losses = encoded.ok ? encoded.value.losses : [];
    expect(losses).toEqual([
      { path: 'data.attributes.vcpus', reason: 'approximated' },
      { path: 'data.attributes.architecture', reason: 'unsupported' },
      { path: 'data.attributes.addresses[0].version', reason: 'unsupported' },
      { path: 'data.attributes.addresses[0].mac', reason: 'unsupported' },
      { path: 'data.attributes.attachments[0]', reason: 'unsupported' },
      { path: 'data.attributes.attachments[1]', reason: 'unsupported' },
      { path: 'data.attributes.extra[0].name', reason: 'unsupported' },
      { path: 'data.attributes.extra[0].value.deep[0]', reason: 'unsupported' },
      { path: 'data.attributes.extra[0].value.deep[1]', reason: 'unsupported' },
    ]);
  });
});
