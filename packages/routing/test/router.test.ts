import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EventData } from '@viaduct/core';
import { compileRoutes, type Match, type Pattern, type Route, type Router } from '../src/index.ts';
import { ROUTES_MAX, TARGET_SETS_MAX } from '../src/limits.ts';
import { failedMachine } from './event.ts';

const event = failedMachine();

function routerOf(routes: readonly Route[]): Router {
  const compiled = compileRoutes(routes);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.error));
  return compiled.value;
}

function matches(match: Match, data?: Partial<EventData>): boolean {
  const router = routerOf([{ name: 'r', match, to: ['s'] }]);
  return router.route(failedMachine(data), 'one').targets.length > 0;
}

describe('routes', () => {
  it('send an event to the sinks of every route that matches, each once, in their order', () => {
    const router = routerOf([
      { name: 'a', match: { kind: 'compute' }, to: ['nms', 'bus'] },
      { name: 'b', match: { kind: 'host' }, to: ['never'] },
      { name: 'c', to: ['archive', 'nms'] },
    ]);
    expect(router.route(event, 'one').targets).toEqual(['nms', 'bus', 'archive']);
    expect(router.sinks).toEqual(['nms', 'bus', 'never', 'archive']);
  });

  it('take from the sources they name, exactly or by glob, or from all', () => {
    const router = routerOf([
      { name: 'a', from: ['one'], to: ['exact'] },
      { name: 'b', from: ['cloud-*'], to: ['glob'] },
      { name: 'c', to: ['all'] },
    ]);
    expect(router.route(event, 'one').targets).toEqual(['exact', 'all']);
    expect(router.route(event, 'cloud-9').targets).toEqual(['glob', 'all']);
    expect(router.route(event, 'two').targets).toEqual(['all']);
    expect(router.sources).toEqual(['one', 'cloud-*']);
  });

  it('need all of their conditions', () => {
    expect(matches({ kind: 'compute', state: 'failed' })).toBe(true);
    expect(matches({ kind: 'compute', state: 'running' })).toBe(false);
  });

  it('give the same frozen array for the same set, so that nothing is built for an event', () => {
    const router = routerOf([{ name: 'a', match: { kind: 'compute' }, to: ['s'] }]);
    const targets = router.route(event, 'one').targets;
    expect(router.route(failedMachine(), 'one').targets).toBe(targets);
    expect(Object.isFrozen(targets)).toBe(true);
  });

  it('stay right when there are more sets of targets than are remembered', () => {
    const routes = Array.from({ length: 14 }, (_, bit) => ({
      name: `bit ${bit}`,
      match: { 'attributes.attachments': `bit${bit}` },
      to: [`s${bit}`],
    }));
    const router = routerOf(routes);
    for (let set = 0; set < 2 * TARGET_SETS_MAX; set += 7) {
      const bits = routes.map((_, bit) => bit).filter((bit) => (set & (1 << bit)) !== 0);
      const attachments = bits.map((bit) => `bit${bit}`);
      const targets = router.route(failedMachine({ attributes: { attachments } }), 'one').targets;
      expect(targets).toEqual(bits.map((bit) => `s${bit}`));
    }
  });
});

describe('a condition', () => {
  it.each<[string, Pattern, boolean]>([
    ['kind', 'compute', true],
    ['kind', 'comp*', true],
    ['state', ['failed', 'stopped'], true],
    ['state', { not: 'failed' }, false],
    ['state', { not: ['running', 'stop*'] }, true],
    ['previous', 'running', true],
    ['nativeState', 'FAILURE', true],
    ['nativetype', 'VM/ACTIVE/*', true],
    ['origin', 'opennebula', true],
    ['type', 'io.viaduct.compute.*', true],
    ['subject', 'compute/42', true],
    ['resource', '42', true],
    ['resource', 'web-1', true],
    ['resource.id', 42, true],
    ['data.resource.name', 'web-?', true],
    ['host', 'node7', true],
    ['site', 'fr-*', true],
    ['user', 'ada', true],
    ['user', '3', true],
    ['user', 'bob', false],
    ['project', 'grid', true],
    ['group', null, true],
    ['group', { not: null }, false],
    ['user', { not: null }, true],
    ['group', { not: 'staff' }, true],
    ['phase', ['start', null], true],
    ['severity', 'error', true],
    ['severity', '>=warning', true],
    ['severity', '>error', false],
    ['severity', '< error', false],
    ['severity', ['debug', '>=error'], true],
    ['attributes.vcpus', 4, true],
    ['attributes.vcpus', '4', true],
    ['attributes.vcpus', '>=4', true],
    ['attributes.vcpus', '<4', false],
    ['attributes.vcpus', [1, 2], false],
    ['attributes.addresses.address', 'fe80::*', true],
    ['attributes.addresses.version', 6, true],
    ['attributes.addresses.address', { not: '10.*' }, false],
    ['attributes.attachments', 'disk-2', true],
    ['attributes.extra.TEMPLATE/TIER', 'gold', true],
    ['attributes.extra.labels', 'blue', true],
    ['attributes.extra.none', null, true],
    ['replayed', null, true],
  ])('%s: %j is %s', (field, pattern, expected) => {
    expect(matches({ [field]: pattern })).toBe(expected);
  });

  const scalar = fc.constantFrom('failed', 'f*', 'running', null, 'unk*');
  it('is the complement of its negation, whatever the event', () => {
    const state = fc.constantFrom('failed', 'running', 'unknown', undefined);
    const pattern = fc.oneof(scalar, fc.array(scalar, { maxLength: 4 }));
    fc.assert(
      fc.property(pattern, state, (written, value) => {
        const data: Partial<EventData> =
          value === undefined ? {} : { state: { value, native: value.toUpperCase() } };
        const subject = { ...failedMachine(), data: { ...withoutState(), ...data } };
        const ask = (match: Match): boolean =>
          routerOf([{ name: 'r', match, to: ['s'] }]).route(subject, 'one').targets.length > 0;
        expect(ask({ state: { not: written } })).toBe(!ask({ state: written }));
      }),
    );
  });

  it('as a list holds if any of its values does', () => {
    fc.assert(
      fc.property(fc.array(scalar, { maxLength: 4 }), (values) => {
        expect(matches({ state: values })).toBe(values.some((value) => matches({ state: value })));
      }),
    );
  });
});

function withoutState(): EventData {
  const { resource, action } = failedMachine().data;
  return { resource, action };
}

describe('problems of routes', () => {
  const problemsOf = (routes: readonly Route[]) => {
    const compiled = compileRoutes(routes);
    return compiled.ok ? [] : compiled.error;
  };

  it('are all reported at once, with path and advice', () => {
    const problems = problemsOf([
      { name: 'a', match: { knd: 'compute', state: 'faild', severity: '>=wrning' }, to: ['s'] },
      { name: 'a', match: { 'resorce.name': 'x' }, to: [] },
    ]);
    expect(problems.map(({ code, path }) => [code, path])).toEqual([
      ['VIA_ROUTING_NAME_TAKEN', [1, 'name']],
      ['VIA_ROUTING_FIELD_UNKNOWN', [0, 'match', 'knd']],
      ['VIA_ROUTING_VALUE_UNKNOWN', [0, 'match', 'state']],
      ['VIA_ROUTING_VALUE_UNKNOWN', [0, 'match', 'severity']],
      ['VIA_ROUTING_ROUTE_INVALID', [1, 'to']],
      ['VIA_ROUTING_FIELD_UNKNOWN', [1, 'match', 'resorce.name']],
    ]);
    expect(problems.map(({ advice }) => advice)).toEqual(
      expect.arrayContaining([
        'did you mean "kind"?',
        expect.stringContaining('did you mean "failed"?'),
        expect.stringContaining('did you mean "warning"?'),
        'did you mean "resource.name"?',
      ]),
    );
  });

  it('have advice even where no name is near', () => {
    const [problem] = problemsOf([{ name: 'a', match: { xyzzyplugh: 1 }, to: ['s'] }]);
    expect(problem?.advice).toContain('attributes.extra.<name>');
  });

  it.each<[string, unknown]>([
    ['an object that is no negation', { like: 'x' }],
    ['a double negation', { not: { not: 'x' } }],
    ['a list in a list', [['x']]],
    ['undefined', undefined],
  ])('name %s as no pattern', (_, pattern) => {
    const [problem] = problemsOf([{ name: 'a', match: { kind: pattern as Pattern }, to: ['s'] }]);
    expect(problem?.code).toBe('VIA_ROUTING_PATTERN_INVALID');
  });

  it('name a number that is none, and a glob that no value matches', () => {
    const match = { 'attributes.vcpus': '>=many', kind: 'x*' };
    const codes = problemsOf([{ name: 'a', match, to: ['s'] }]).map(({ code }) => code);
    expect(codes).toEqual(['VIA_ROUTING_PATTERN_INVALID', 'VIA_ROUTING_VALUE_UNKNOWN']);
  });

  it('do not let names of the language pass for fields', () => {
    for (const name of ['__proto__', 'constructor', 'toString', 'data.constructor']) {
      const match = JSON.parse(`{${JSON.stringify(name)}:"x"}`) as Match;
      expect(problemsOf([{ name: 'a', match, to: ['s'] }])).toHaveLength(1);
    }
  });

  it('include too many routes', () => {
    const routes = Array.from({ length: ROUTES_MAX + 1 }, (_, index) => ({
      name: `r${index}`,
      to: ['s'],
    }));
    expect(problemsOf(routes)).toMatchObject([{ code: 'VIA_ROUTING_LIMIT' }]);
  });
});
