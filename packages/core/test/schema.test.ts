import schema from '@viaduct/core/schema/event-data-1.json' with { type: 'json' };
import {
  ACTIONS,
  ALARM_SEVERITIES,
  EVENT_DATA_SCHEMA,
  KINDS,
  OUTCOMES,
  PHASES,
  SEVERITIES,
  STATES,
} from '@viaduct/core';
import type {
  Actor,
  Address,
  Alarm,
  CallParameter,
  Correlation,
  EventAttributes,
  EventData,
  ExtraAttribute,
  Location,
  Parent,
  Party,
  Resource,
  StateChange,
  StateValue,
} from '@viaduct/core';
import { Ajv2020 } from 'ajv/dist/2020.js';
import ajvFormats from 'ajv-formats';
import { CloudEvent } from 'cloudevents';
import { describe, expect, test } from 'vitest';

import { FULL_DATA, LEAST_DATA, sampleEvent } from './sample-events.ts';

const ajv = new Ajv2020({ allErrors: true, strict: true });
ajvFormats.default(ajv);
const validate = ajv.compile(schema);

/** Every key of an interface, by hand: the compiler refuses one too few and one too many. */
type KeysOf<T> = { readonly [Key in keyof Required<T>]: true };

const definitions = schema.$defs;
const location = definitions.resource.properties.location;
const parent = definitions.resource.properties.parent;

const eventData: KeysOf<EventData> = {
  resource: true,
  action: true,
  nativeAction: true,
  phase: true,
  state: true,
  outcome: true,
  severity: true,
  message: true,
  alarm: true,
  actor: true,
  correlation: true,
  attributes: true,
};
const resource: KeysOf<Resource> = {
  kind: true,
  type: true,
  id: true,
  name: true,
  path: true,
  location: true,
  host: true,
  parent: true,
};
const attributes: KeysOf<EventAttributes> = {
  vcpus: true,
  cpuShare: true,
  memoryMiB: true,
  diskGiB: true,
  ephemeralGiB: true,
  swapMiB: true,
  sizeBytes: true,
  flavor: true,
  flavorId: true,
  image: true,
  imageId: true,
  architecture: true,
  osType: true,
  hypervisor: true,
  hostname: true,
  addresses: true,
  createdAt: true,
  launchedAt: true,
  terminatedAt: true,
  deletedAt: true,
  updatedAt: true,
  task: true,
  powerState: true,
  progressPercent: true,
  owner: true,
  visibility: true,
  format: true,
  bridge: true,
  vlanId: true,
  driver: true,
  cluster: true,
  clusterId: true,
  datastore: true,
  datastoreId: true,
  attachments: true,
  durationSeconds: true,
  exitCode: true,
  errorCode: true,
  errorMessage: true,
  call: true,
  parameters: true,
  clientAddress: true,
  extra: true,
};
const locationKeys: KeysOf<Location> = { site: true, zone: true, region: true };
const parentKeys: KeysOf<Parent> = { kind: true, type: true, id: true, name: true };
const stateValue: KeysOf<StateValue> = { value: true, native: true };
const stateChange: KeysOf<StateChange> = { value: true, native: true, previous: true };
const alarm: KeysOf<Alarm> = { key: true, state: true, severity: true, cause: true };
const party: KeysOf<Party> = { id: true, name: true };
const actor: KeysOf<Actor> = { user: true, project: true, group: true, domain: true };
const correlation: KeysOf<Correlation> = { requestId: true, executionId: true, serviceId: true };
const address: KeysOf<Address> = {
  address: true,
  version: true,
  mac: true,
  network: true,
  type: true,
};
const callParameter: KeysOf<CallParameter> = { direction: true, position: true, value: true };
const extraAttribute: KeysOf<ExtraAttribute> = { name: true, value: true };

const objects: readonly (readonly [string, object, { properties: object }])[] = [
  ['EventData', eventData, schema],
  ['Resource', resource, definitions.resource],
  ['Location', locationKeys, location],
  ['Parent', parentKeys, parent],
  ['StateValue', stateValue, definitions.stateValue],
  ['StateChange', stateChange, definitions.stateChange],
  ['Alarm', alarm, definitions.alarm],
  ['Party', party, definitions.party],
  ['Actor', actor, definitions.actor],
  ['Correlation', correlation, definitions.correlation],
  ['Address', address, definitions.address],
  ['CallParameter', callParameter, definitions.callParameter],
  ['EventAttributes', attributes, definitions.attributes],
  ['ExtraAttribute', extraAttribute, definitions.extraAttribute],
];

describe('the published schema and the code', () => {
  test('are of the same version', () => {
    expect(schema.$id).toBe(EVENT_DATA_SCHEMA);
  });

  test.each(objects)('name the same properties of %s', (_name, keys, definition) => {
    expect(Object.keys(definition.properties).sort()).toEqual(Object.keys(keys).sort());
    expect(definition).toMatchObject({ additionalProperties: false });
  });

  test.each([
    ['kinds', definitions.kind.enum, KINDS],
    ['actions', schema.properties.action.enum, ACTIONS],
    ['phases', schema.properties.phase.enum, PHASES],
    ['outcomes', schema.properties.outcome.enum, OUTCOMES],
    ['severities', schema.properties.severity.enum, SEVERITIES],
    ['alarm severities', definitions.alarm.properties.severity.enum, ALARM_SEVERITIES],
  ])('list the same %s', (_name, published, code) => {
    expect(published).toEqual([...code]);
  });

  test.each(KINDS)('list the same states of %s', (kind) => {
    const published = definitions[`${kind}States`].properties;
    expect(published.value.enum).toEqual([...STATES[kind]]);
    expect(published.previous.properties.value.enum).toEqual([...STATES[kind]]);
    const rule = schema.allOf.find(
      (each) => each.if.properties.resource.properties.kind.const === kind,
    );
    expect(rule?.then.properties.state.$ref).toBe(`#/$defs/${kind}States`);
  });

  test('describe every property', () => {
    for (const [name, , definition] of objects) {
      for (const [key, property] of Object.entries(definition.properties)) {
        const described = 'description' in property || '$ref' in property;
        expect(described, `${name}.${key}`).toBe(true);
      }
    }
  });
});

describe('an event of every kind', () => {
  test.each([
    ['everything said', sampleEvent(FULL_DATA)],
    ['next to nothing said', sampleEvent(LEAST_DATA)],
  ])('is valid by schema and by the CloudEvents SDK: %s', (_name, event) => {
    expect(validate(event.data), JSON.stringify(validate.errors)).toBe(true);
    expect(new CloudEvent({ ...event }).validate()).toBe(true);
  });

  test.each(KINDS)('may be in each of its states and no other: %s', (kind) => {
    const dataIn = (value: string): unknown => ({
      resource: { kind, id: '1' },
      action: 'state',
      state: { value, native: 'X', previous: { value, native: 'X' } },
    });
    const all = new Set<string>(Object.values(STATES).flat());
    for (const state of all) {
      const known = (STATES[kind] as readonly string[]).includes(state);
      expect(validate(dataIn(state)), `${kind} ${state}`).toBe(known);
    }
  });

  test.each([
    ['an unknown property', { ...LEAST_DATA, sate: { value: 'up', native: 'up' } }],
    ['an unknown kind', { ...LEAST_DATA, resource: { kind: 'toaster', id: '1' } }],
    ['an unknown action', { ...LEAST_DATA, action: 'explode' }],
    ['no id', { ...LEAST_DATA, resource: { kind: 'device' } }],
    ['an unknown attribute', { ...LEAST_DATA, attributes: { memory: 1 } }],
    ['nobody as a party', { ...LEAST_DATA, actor: { user: {} } }],
    ['a time of no format', { ...LEAST_DATA, attributes: { createdAt: 'yesterday' } }],
  ])('is refused by the schema with %s', (_name, data) => {
    expect(validate(data)).toBe(false);
  });
});
