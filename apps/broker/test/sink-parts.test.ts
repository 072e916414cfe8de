import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cloudifyCodec } from '@viaduct/cloudify/codec';
import type { CanonicalEvent } from '@viaduct/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ADAPTERS } from '../src/adapters.ts';
import { adviceOn } from '../src/config/advice.ts';
import type { Configuration } from '../src/config/configuration.ts';
import { readConfiguration } from '../src/config/load-configuration.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'viaduct-parts-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const CONFIGURATION = `
broker: { name: b, data: ./data }
sources:
  flows: { adapter: cloudify, url: 'amqp://127.0.0.1' }
sinks:
  hooks: { adapter: cloudify.hooks, file: ./hooks.conf }
  bus: { adapter: cloudify, url: 'amqp://127.0.0.1' }
routes:
  - { from: [flows], match: { project: t }, to: [bus, hooks] }
`;

async function read(hooks: string | undefined, text = CONFIGURATION) {
  if (hooks !== undefined) writeFileSync(join(folder, 'hooks.conf'), hooks);
  return readConfiguration('viaduct.yaml', text, ADAPTERS, { environment: {}, folder });
}

async function good(hooks: string): Promise<Configuration> {
  const result = await read(hooks);
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

function event(eventType: string, tenant = 't'): CanonicalEvent {
  const body = JSON.stringify({
    event_type: eventType,
    context: { execution_id: 'e', workflow_id: 'w', tenant_name: tenant, deployment_id: 'd' },
  });
  const decoded = cloudifyCodec.decode({ body }, { receivedAt: 0, system: 's', ordinal: 1 });
  const [first] = decoded.ok ? decoded.value : [];
  if (first === undefined) throw new Error('no event');
  return first.event;
}

const HOOKS = `hooks:
  - { name: failed, event_type: workflow_failed, command: [page] }
  - { name: other, event_type: workflow_failed, command: [log], match: { deployment: x } }
  - { name: any, event_type: 'io.viaduct.execution.*', command: [log] }
`;

describe('a sink that stands for a file of hooks', () => {
  it('is one sink for each hook, which gets what is routed there and fits', async () => {
    const { sinks, router } = await good(HOOKS);
    expect(sinks.map(({ name }) => name)).toEqual([
      'hooks.failed',
      'hooks.other',
      'hooks.any',
      'bus',
    ]);
    const targets = (type: string, tenant?: string): readonly string[] =>
      router.route(event(type, tenant), 'flows').targets;
    expect(targets('workflow_failed')).toEqual(['bus', 'hooks.failed', 'hooks.any']);
    expect(targets('workflow_started')).toEqual(['bus', 'hooks.any']);
    expect(targets('workflow_failed', 'else')).toEqual([]);
    expect(router.sinks).toEqual(['bus', 'hooks.failed', 'hooks.other', 'hooks.any']);
  });

  it('misses what a route fails on with those hooks alone that would have got it', async () => {
    const failing = CONFIGURATION.replace(
      'project: t }',
      "project: t }, when: 'attributes.vcpus > 1'",
    );
    const result = await read(HOOKS, failing);
    if (!result.ok) throw new Error(JSON.stringify(result.error));
    const { targets, failures } = result.value.router.route(event('workflow_failed'), 'flows');
    expect(targets).toEqual([]);
    expect(failures).toMatchObject([{ targets: ['bus', 'hooks.failed', 'hooks.any'] }]);
  });

  it('may be one hook alone', async () => {
    const text = CONFIGURATION.replace('hooks.conf }', 'hooks.conf, hook: failed }');
    const result = await read(HOOKS, text);
    expect(result.ok && result.value.sinks.map(({ name }) => name)).toEqual(['hooks', 'bus']);
  });

  it('warns of what does nothing in the file, with its line', async () => {
    const configuration = await good(
      `${HOOKS}  - { event_type: workflow_filed, command: [log], kwargs: {} }\n`,
    );
    const messages = adviceOn(configuration)
      .filter(({ path }) => path === 'sinks.hooks')
      .map(({ message }) => message);
    expect(messages).toEqual([
      expect.stringMatching(/hooks\.conf:5: .*unknown key "kwargs"/),
      expect.stringMatching(/hooks\.conf:5: .*unknown event type "workflow_filed"/),
    ]);
  });

  it.each([
    [undefined, /cannot be read/],
    ['hooks: [', /hooks\.conf:1: this is not YAML/],
    ['hooks:\n  - { event_type: workflow_failed }\n', /hooks\.conf:2: .*is required/],
    [
      'hooks:\n  - { name: n, event_type: workflow_failed, command: [a], match: { colour: red } }\n',
      /n: .*colour/,
    ],
  ])('reports a file that cannot be used: %j', async (hooks, message) => {
    const result = await read(hooks);
    expect(result.ok).toBe(false);
    const problems = result.ok ? [] : result.error;
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ path: 'sinks.hooks', line: 6 });
    expect(problems[0]?.message).toMatch(message);
  });
});
