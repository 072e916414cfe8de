import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ACTIONS, isStateOf, KINDS, STATES } from '@viaduct/core';
import { describe, expect, test } from 'vitest';
import { HISTORY_ACTIONS } from '../src/mapping/mapping-actions.ts';
import { CALL_OBJECTS, METHOD_ACTIONS } from '../src/mapping/mapping-calls.ts';
import {
  HOST_STATE_OF,
  IMAGE_STATE_OF,
  NET_STATE_OF,
  STATE_AFTER,
  STORAGE_STATE_OF,
  VM_STATE_OF,
} from '../src/mapping/mapping-encode.ts';
import { LCM_STATES } from '../src/mapping/mapping-states.ts';
import { lookUp, STATE_OBJECTS, stateObject } from '../src/mapping.ts';
import { apiBody, decodeOne, message } from './corpus.ts';

/** Published calls of OpenNebula 7.4 that are about no single object. */
const REQUESTS = /^one\.(?:[a-z]+pool|groupquota|userquota|system)\./;

/** Methods that have no canonical action: what they do is a part of the object's alone. */
const OTHER_METHODS = new Set([
  'disksnapshotdelete',
  'disksnapshotrename',
  'optimize',
  'plandelete',
  'snapshotdelete',
  'snapshotflatten',
]);

const calls = readFileSync(join(import.meta.dirname, '../fixtures/published-calls.txt'), 'utf8')
  .trim()
  .split('\n');

describe('the tables', () => {
  test('have a canonical state of the right kind for every native one', () => {
    for (const [name, object] of Object.entries(STATE_OBJECTS)) {
      const tables = [object.meaning, object.lcm?.meaning ?? {}];
      for (const meaning of tables) {
        for (const [native, state] of Object.entries(meaning)) {
          expect(isStateOf(object.kind, state), `${name} ${native}`).toBe(true);
        }
      }
      const named = object.states.filter((state) => state !== 'ACTIVE');
      for (const state of named) expect(lookUp(object.meaning, state), state).toBeDefined();
    }
    for (const state of LCM_STATES) {
      expect(lookUp(STATE_OBJECTS.VM?.lcm?.meaning ?? {}, state), state).toBeDefined();
    }
  });

  test('count the states as OpenNebula 7.4 does', () => {
    const counts = Object.values(STATE_OBJECTS).map(({ states }) => states.length);
    expect(counts).toEqual([12, 9, 11, 7]);
    expect(LCM_STATES).toHaveLength(72);
    expect(LCM_STATES[36]).toBe('BOOT_FAILURE');
    expect(LCM_STATES[61]).toBe('PROLOG_MIGRATE_UNKNOWN_FAILURE');
    expect(LCM_STATES[71]).toBe('RESTORE');
    expect(HISTORY_ACTIONS).toHaveLength(66);
    expect(HISTORY_ACTIONS[27]).toBe('terminate');
    expect(HISTORY_ACTIONS[65]).toBe('vmgroup-delete');
  });

  test('call every state failed that ends so', () => {
    for (const state of LCM_STATES.filter((name) => name.endsWith('_FAILURE'))) {
      expect(lookUp(STATE_OBJECTS.VM?.lcm?.meaning ?? {}, state), state).toBe('failed');
    }
  });

  test('have a native state for every canonical one', () => {
    expect(Object.keys(VM_STATE_OF).sort()).toEqual([...STATES.compute].sort());
    expect(Object.keys(HOST_STATE_OF).sort()).toEqual([...STATES.host].sort());
    expect(Object.keys(IMAGE_STATE_OF).sort()).toEqual([...STATES.image].sort());
    expect(Object.keys(STORAGE_STATE_OF).sort()).toEqual([...STATES.storage].sort());
    expect(Object.keys(NET_STATE_OF).sort()).toEqual([...STATES.network].sort());
    for (const [kind, actions] of Object.entries(STATE_AFTER)) {
      for (const state of Object.values(actions).flatMap((steps) => Object.values(steps))) {
        expect(isStateOf(kind as keyof typeof STATES, state), `${kind} ${state}`).toBe(true);
      }
    }
  });

  test('know VNET, as the XSD calls it, for NET', () => {
    expect(stateObject('VNET')).toBe(stateObject('NET'));
    expect(stateObject('constructor')).toBeUndefined();
  });

  test('use the words of the canonical event', () => {
    for (const action of Object.values(METHOD_ACTIONS)) expect(ACTIONS).toContain(action);
    for (const { kind } of Object.values(CALL_OBJECTS)) expect(KINDS).toContain(kind);
  });
});

describe('the API calls of 7.4', () => {
  test('are all there', () => {
    expect(new Set(calls).size).toBe(260);
  });

  test.each(calls.filter((call) => !REQUESTS.test(call)))('%s is about a known object', (call) => {
    if (/^one\.zone\.(?:fed)?replicate$|voterequest$/.test(call)) return;
    const xml = apiBody(call, [
      ['IN', 1, '****'],
      ['IN', 2, call === 'one.vm.action' ? 'reboot' : '7'],
      ['IN', 3, '7'],
      ['OUT', 1, 'true'],
      ['OUT', 2, '7'],
      ['OUT', 3, '0'],
    ]);
    const { event } = decodeOne(message(xml));
    const method = call.split('.')[2] ?? '';
    expect(event.data.resource).toMatchObject({ id: '7' });
    expect(event.data.resource.kind).not.toBe('request');
    const isOther = OTHER_METHODS.has(method) || method === 'enable' || method === 'status';
    if (!isOther) expect(event.data.action).not.toBe('other');
  });

  test.each(calls.filter((call) => REQUESTS.test(call)))('%s is a request', (call) => {
    const { event } = decodeOne(message(apiBody(call, [['OUT', 1, 'true']])));
    expect(event.data.resource).toMatchObject({ kind: 'request', id: call });
  });
});
