import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { expandHooks } from '../src/hooks/expand-hooks.ts';
import { parseHooksFile } from '../src/hooks/hooks-file.ts';

const conf = (name: string): string =>
  readFileSync(join(import.meta.dirname, '../fixtures/hooks-conf', `${name}.yaml`), 'utf8');

const problemsOf = (text: string): readonly string[] =>
  parseHooksFile(text).problems.map(
    ({ severity, line, path, message }) => `${severity} ${line} ${path}: ${message}`,
  );

const hook = (line: string): string => `hooks:\n  - event_type: workflow_started\n${line}`;

describe("the original's file", () => {
  test.each(['documented-snmp', 'documented-generic', 'official-plugin-hooks'])(
    'is read as it stands: %s',
    (name) => {
      const { sinks, problems } = expandHooks(conf(name));
      expect(problems).toEqual([]);
      expect(sinks.length).toBeGreaterThan(1);
      for (const { match, hook: one } of sinks) {
        expect(match).toEqual({ origin: 'cloudify', nativetype: one.eventType });
        expect(one.run.kind).toBe('implementation');
      }
    },
  );

  test('gives inputs and descriptions', () => {
    const [first] = expandHooks(conf('documented-snmp')).sinks;
    expect(first?.hook).toMatchObject({
      eventType: 'workflow_started',
      run: { implementation: 'cloudify.snmp.snmp_trap.send_snmp_trap' },
      inputs: {
        destination_address: '10.239.0.109',
        destination_port: 162,
        community_string: 'testcommunity',
      },
      description: 'Sends a SNMP trap when a workflow started',
    });
  });

  test.each(['', '# all commented out\n', 'hooks:\n', 'hooks: []\n', '{}'])(
    'without hooks is no error: %j',
    (text) => {
      expect(parseHooksFile(text)).toEqual({ hooks: [], problems: [] });
    },
  );
});

describe('a hook', () => {
  test('keeps its name while only its description or place changes', () => {
    const entry = { event_type: 'workflow_failed', implementation: 'a.b', inputs: { x: 1, y: 2 } };
    const other = { event_type: 'workflow_queued', implementation: 'a.b' };
    const reordered = {
      inputs: { y: 2, x: 1 },
      description: 'now',
      implementation: 'a.b',
      event_type: 'workflow_failed',
    };
    const nameIn = (...entries: readonly object[]): string | undefined =>
      expandHooks(JSON.stringify({ hooks: entries })).sinks.find(
        ({ hook: one }) => one.eventType === 'workflow_failed',
      )?.name;
    expect(nameIn(entry)).toMatch(/^hook-[0-9a-f]{12}$/);
    expect(nameIn(other, reordered)).toBe(nameIn(entry));
    expect(nameIn({ ...entry, inputs: {} })).not.toBe(nameIn(entry));
    expect(nameIn({ ...entry, name: 'mine' })).toBe('mine');
  });

  test('for a canonical type matches it, with globs and filters', () => {
    const text = `hooks:
  - event_type: io.viaduct.compute.*
    implementation: a.b
    match: { tenant: prod, deployment: "web-*", workflow: install, state: failed }
`;
    expect(expandHooks(text)).toMatchObject({
      problems: [],
      sinks: [
        {
          match: {
            type: 'io.viaduct.compute.*',
            project: 'prod',
            parent: 'web-*',
            name: 'install',
            state: 'failed',
          },
        },
      ],
    });
  });

  test('runs a program or a JavaScript function', () => {
    const command = expandHooks(hook('    command: [/bin/echo, a b]')).sinks[0]?.hook.run;
    expect(command).toEqual({ kind: 'command', command: ['/bin/echo', 'a b'] });
    const page = expandHooks(hook('    javascript: ./page.mjs#onFailure')).sinks[0]?.hook.run;
    expect(page).toEqual({ kind: 'javascript', file: './page.mjs', exported: 'onFailure' });
    const plain = expandHooks(hook('    javascript: ./page.mjs')).sinks[0]?.hook.run;
    expect(plain).toEqual({ kind: 'javascript', file: './page.mjs', exported: 'default' });
  });
});

describe('what is wrong is said with its line', () => {
  test.each([
    ['hooks: [', [/^error 1 : this is not YAML/]],
    ['- a', [/^error 1 : a mapping with the key "hooks"/]],
    ['hooks: 3', [/^error 1 : "hooks" is no list/]],
    ['hoks: []', [/^warning 1 hoks: unknown key "hoks"/]],
    ['hooks:\n  - nothing', [/^error 2 hooks\[0\]: an entry is a mapping/]],
    [hook(''), [/^error 2 hooks\[0\]: one of implementation, command, javascript/]],
    ['hooks:\n  - implementation: a.b', [/^error 2 hooks\[0\].event_type: event_type is missing/]],
    [hook('    implementation: nodot'), [/^error 3 hooks\[0\].implementation: a dotted name/]],
    [hook('    command: rm -rf /'), [/^error 3 hooks\[0\].command: a list is required/]],
    [hook('    implementation: a.b\n    kwargs: {}'), [/^warning 4 .*kwargs.*called "inputs"/]],
    [hook('    implementation: a.b\n    inputs: [1]'), [/^error 4 .*"inputs" is no mapping/]],
    [hook('    implementation: a.b\n    name: a b'), [/^error 4 .*this is no name/]],
    [
      'hooks:\n  - event_type: workflow_strated\n    implementation: a.b',
      [/^warning 2 hooks\[0\].event_type: unknown event type "workflow_strated"/],
    ],
    [
      'hooks:\n  - event_type: io.viaduct.vm.*\n    implementation: a.b',
      [/^warning 2 .*no event is of the type .*"vm" is no kind/],
    ],
  ])('%j', (text, expected) => {
    const problems = problemsOf(text);
    expect(problems).toHaveLength(expected.length);
    for (const [index, pattern] of expected.entries()) expect(problems[index]).toMatch(pattern);
  });

  test('of two equal hooks the second is left out', () => {
    const entry = { event_type: 'workflow_failed', implementation: 'a.b' };
    const { sinks, problems } = expandHooks(JSON.stringify({ hooks: [entry, entry] }, null, 1));
    expect(sinks).toHaveLength(1);
    expect(problems).toMatchObject([{ severity: 'warning', line: 7 }]);
  });

  test('two hooks of one name are an error', () => {
    const entry = { event_type: 'workflow_failed', implementation: 'a.b', name: 'x' };
    const other = { ...entry, implementation: 'a.c' };
    expect(expandHooks(JSON.stringify({ hooks: [entry, other] }))).toMatchObject({
      sinks: [],
      problems: [{ severity: 'error', path: 'hooks[1].name' }],
    });
  });

  test('an error leaves no hook, a warning all', () => {
    const good = { event_type: 'workflow_failed', implementation: 'a.b' };
    const hooksOf = (other: object): number =>
      parseHooksFile(JSON.stringify({ hooks: [good, other] })).hooks.length;
    expect(hooksOf({ ...good, implementation: 7 })).toBe(0);
    expect(hooksOf({ ...good, event_type: 'anything', colour: 1 })).toBe(2);
  });
});

describe('first-match', () => {
  const entries = ['a.one', 'a.two'].map((implementation) => ({
    event_type: 'workflow_failed',
    implementation,
  }));
  const text = JSON.stringify({ hooks: entries }, null, 1);

  test('leaves the first hook of an event type, as the original does, and says so', () => {
    const { sinks, problems } = expandHooks(text, 'first-match');
    expect(sinks.map(({ hook: one }) => one.run)).toMatchObject([{ implementation: 'a.one' }]);
    expect(problems).toMatchObject([{ severity: 'warning', line: 7 }]);
    expect(problems[0]?.message).toContain('line 3');
  });

  test('is not the default', () => {
    expect(expandHooks(text)).toMatchObject({ sinks: [{}, {}], problems: [] });
  });
});

test('nothing that is written in a file throws', () => {
  const texts = fc.oneof(fc.string(), fc.jsonValue().map(JSON.stringify as (v: unknown) => string));
  const values = fc.record({ event_type: fc.jsonValue(), command: fc.jsonValue() });
  fc.assert(fc.property(texts, (text) => void expandHooks(text)));
  fc.assert(
    fc.property(fc.array(values, { maxLength: 4 }), (hooks) => {
      expandHooks(JSON.stringify({ hooks }));
      expandHooks(JSON.stringify({ hooks }), 'first-match');
    }),
  );
});
