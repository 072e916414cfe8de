import { describe, expect, test } from 'vitest';
import type { CanonicalEvent, JsonObject } from '@viaduct/core';
import { cloudifyCodec, hookContext } from '../src/codec.ts';
import { encoded, fixture, foreignEvents, golden } from './reading.ts';

function contextOf(name: string, event?: CanonicalEvent): JsonObject {
  const result = hookContext(cloudifyCodec.redact(golden(name)).native, event);
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

describe('the first argument of a hook', () => {
  test.each(['v5-workflow-failed', 'v7-workflow-failed'])(
    'is what the original passes, but for the token: %s',
    (name) => {
      const { native, argument } = fixture(`hook-context/${name}.json`) as {
        readonly native: string;
        readonly argument: JsonObject;
      };
      expect(contextOf(native)).toEqual({ ...argument, rest_token: null });
    },
  );

  test('names the tenant of every version, and the token of none', () => {
    for (const name of ['v4-5-5-workflow-started', 'v5-workflow-queued', 'v7-workflow-queued']) {
      const context = contextOf(name);
      expect(context).toMatchObject({ tenant_name: 'default_tenant', rest_token: null });
      expect(context).not.toHaveProperty('tenant');
    }
  });

  test('leaves out the parameters of a system workflow, as the original does', () => {
    expect(contextOf('v7-workflow-started-system-no-deployment')).not.toHaveProperty(
      'execution_parameters',
    );
  });

  test('holds an event of another dialect whole', () => {
    for (const event of foreignEvents().filter(({ origin }) => origin !== 'cloudify')) {
      const result = hookContext(encoded(event), event);
      expect(result.ok && result.value.viaduct_event).toEqual(event);
    }
  });

  test('is an error where there is no event', () => {
    expect(hookContext({ body: '[]' })).toMatchObject({ ok: false });
  });
});
