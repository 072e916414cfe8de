import { CORE_ERRORS, KINDS, readEvent, STATES } from '@viaduct/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { LEAST_DATA, sampleEvent } from './sample-events.ts';

const good = sampleEvent();

describe('readEvent', () => {
  test('gives back what was stored', () => {
    expect(readEvent(JSON.parse(JSON.stringify(good)))).toEqual({ ok: true, value: good });
    expect(readEvent(sampleEvent(LEAST_DATA)).ok).toBe(true);
  });

  test.each([
    ['null', null, ''],
    ['a list', [good], ''],
    ['a text', 'event', ''],
    ['no id', { ...good, id: undefined }, 'id'],
    ['a number as id', { ...good, id: 7 }, 'id'],
    ['no time', { ...good, time: undefined }, 'time'],
    ['no ordering key', { ...good, partitionkey: null }, 'partitionkey'],
    ['a number as trail', { ...good, trail: 5 }, 'trail'],
    ['another CloudEvents version', { ...good, specversion: '0.3' }, 'specversion'],
    ["somebody else's type", { ...good, type: 'com.example.made' }, 'type'],
    ['another schema', { ...good, dataschema: 'https://example.com/x' }, 'dataschema'],
    ['no schema', { ...good, dataschema: undefined }, 'dataschema'],
    ['no data', { ...good, data: undefined }, 'data'],
    ['data as text', { ...good, data: '{}' }, 'data'],
    ['no resource', { ...good, data: { action: 'state' } }, 'data.resource'],
    ['an unknown kind', withResource({ kind: 'toaster', id: '1' }), 'data.resource.kind'],
    [
      'a kind from the prototype',
      withResource({ kind: 'toString', id: '1' }),
      'data.resource.kind',
    ],
    ['an unknown action', { ...good, data: { ...good.data, action: 'explode' } }, 'data.action'],
    ['a state of another kind', withState({ value: 'up', native: 'UP' }), 'data.state.value'],
    ['a state as text', withState('running'), 'data.state.value'],
  ])('refuses %s and says where', (_name, value, path) => {
    const result = readEvent(value);
    expect(result).toMatchObject({ ok: false, error: { code: 'VIA_CORE_EVENT_INVALID', path } });
  });

  test('tells an event of a newer version from a broken one', () => {
    const result = readEvent({ ...good, dataschema: 'urn:viaduct:event-data:2' });
    expect(result).toMatchObject({ ok: false, error: { code: 'VIA_CORE_SCHEMA_NEWER' } });
  });

  test('never throws, whatever it is given', () => {
    fc.assert(
      fc.property(fc.anything(), fc.constantFrom(...Object.keys(good)), (value, key) => {
        for (const input of [value, { ...good, [key]: value }]) {
          const result = readEvent(input);
          if (!result.ok) expect(Object.keys(CORE_ERRORS)).toContain(result.error.code);
        }
      }),
    );
  });

  test('takes every state of every kind', () => {
    for (const kind of KINDS) {
      for (const value of STATES[kind]) {
        const data = { resource: { kind, id: '1' }, action: 'state', state: { value, native: '' } };
        expect(readEvent({ ...good, data }).ok, `${kind} ${value}`).toBe(true);
      }
    }
  });
});

function withResource(resource: unknown): unknown {
  return { ...good, data: { ...good.data, resource } };
}

function withState(state: unknown): unknown {
  return { ...good, data: { ...good.data, state } };
}
