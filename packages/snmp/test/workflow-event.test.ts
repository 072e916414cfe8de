import { describe, expect, it } from 'vitest';
import { workflowNumberOf } from '../src/encode/workflow-event.ts';
import { anyEvent } from './notifications.ts';

describe('a workflow trap about a resource that is no execution', () => {
  it.each([
    ['failed', 5],
    ['down', 5],
    ['degraded', 3],
    ['up', 3],
  ] as const)('that is %s has the number %i', (value, expected) => {
    const resource = { kind: 'device', id: 'd1' } as const;
    const data = { resource, action: 'state', state: { value, native: value } } as const;
    expect(workflowNumberOf({ ...anyEvent(), data })).toBe(expected);
  });
});
