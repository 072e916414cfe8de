import type { CanonicalEvent, EventData } from '@viaduct/core';
import { describe, expect, it } from 'vitest';
import { classOf } from '../src/encode/encode-viaduct.ts';
import { anyEvent } from './notifications.ts';

const resource = { kind: 'compute', id: '42' } as const;

function about(data: Partial<EventData>): CanonicalEvent {
  return { ...anyEvent(), data: { resource, action: 'state', ...data } };
}

describe('a notification of VIADUCT-MIB about a deletion', () => {
  it.each([
    [{}, 'Deleted'],
    [{ phase: 'end' }, 'Deleted'],
    [{ phase: 'end', state: { value: 'deleted', native: 'deleted' } }, 'Deleted'],
    [{ phase: 'start' }, 'Started'],
    [{ phase: 'progress' }, 'Progress'],
    [{ phase: 'error' }, 'Failed'],
    [{ outcome: 'failure' }, 'Failed'],
    [{ state: { value: 'deleting', native: 'deleting' } }, 'Pending'],
  ] as const)('with %j has the class %s', (data, expected) => {
    expect(classOf(about({ action: 'delete', ...data }))).toBe(expected);
  });

  it('is not that of another operation that is done', () => {
    expect(classOf(about({ action: 'create', phase: 'end' }))).toBe('Completed');
    expect(classOf(about({ action: 'create' }))).toBe('Event');
  });
});
