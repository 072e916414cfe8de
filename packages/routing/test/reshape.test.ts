import { describe, expect, it } from 'vitest';
import { compileRoutes, type Reshaping, type Route, type Routing } from '../src/index.ts';
import { failedMachine } from './event.ts';

const event = failedMachine();

function routingOf(...routes: readonly Route[]): Routing {
  const compiled = compileRoutes(routes);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.error));
  return compiled.value.route(event, 'one');
}

function shapedBy(set: Reshaping): Routing['variants'][number]['event'] {
  const [variant] = routingOf({ name: 'r', to: ['s'], set }).variants;
  if (variant === undefined) throw new Error('no shape');
  return variant.event;
}

function problemsOf(route: Partial<Route>): readonly string[] {
  const compiled = compileRoutes([{ name: 'r', to: ['s'], ...route }]);
  return compiled.ok
    ? []
    : compiled.error.map(({ code, path, message }) => `${path.join('.')} ${code} ${message}`);
}

describe('a condition in CEL', () => {
  it('is asked where the match holds', () => {
    const route = { name: 'r', to: ['s'], match: { kind: 'compute' } };
    expect(routingOf({ ...route, when: 'attributes.vcpus > 2' }).targets).toEqual(['s']);
    expect(routingOf({ ...route, when: 'attributes.vcpus > 8' }).targets).toEqual([]);
    const elsewhere = { ...route, match: { kind: 'host' }, when: 'attributes.nope == 1' };
    expect(routingOf(elsewhere).failures).toEqual([]);
  });

  it('that has no answer is a failure for the sinks that no other route leads to', () => {
    const routing = routingOf(
      { name: 'large', when: 'attributes.memoryMiB > 1', to: ['big', 'nms'] },
      { name: 'all', to: ['bus', 'nms'] },
    );
    expect(routing.targets).toEqual(['bus', 'nms']);
    expect(routing.failures).toEqual([
      {
        route: 'large',
        code: 'VIA_ROUTING_EXPRESSION_FAILED',
        reason: 'when: no such key: memoryMiB, at character 12',
        targets: ['big'],
      },
    ]);
  });

  it('that has no answer costs each sink one failure, however many routes fail', () => {
    const routing = routingOf(
      { name: 'one', when: 'attributes.memoryMiB > 1', to: ['a', 'b'] },
      { name: 'two', set: { message: 'attributes.nope' }, to: ['b', 'c'] },
      { name: 'three', when: 'attributes.memoryMiB > 2', to: ['a', 'd'] },
      { name: 'all', to: ['d'] },
    );
    expect(routing.targets).toEqual(['d']);
    expect(routing.failures.map(({ route, targets }) => [route, targets])).toEqual([
      ['one', ['a', 'b']],
      ['two', ['c']],
      ['three', []],
    ]);
  });

  it('must be a truth value', () => {
    expect(problemsOf({ when: '"yes"' })).toEqual([
      '0.when VIA_ROUTING_EXPRESSION_INVALID the condition is of the type string, not a truth value',
    ]);
  });
});

describe('a route that sets fields', () => {
  it('gives its sinks the event otherwise, and nobody else', () => {
    const routing = routingOf(
      { name: 'page', to: ['pager'], set: { severity: '"critical"', message: '"VM " + name' } },
      { name: 'all', to: ['bus', 'pager'] },
    );
    expect(routing.targets).toEqual(['pager', 'bus']);
    expect(routing.variants).toHaveLength(1);
    const [variant] = routing.variants;
    expect(variant?.targets).toEqual(['pager']);
    expect(variant?.event.data).toEqual({
      ...event.data,
      severity: 'critical',
      message: 'VM web-1',
    });
    expect(variant?.event.id).toBe(event.id);
  });

  it('lets the first route that leads to a sink say what it gets', () => {
    const routing = routingOf(
      { name: 'plain', to: ['a'] },
      { name: 'first', to: ['a', 'b'], set: { message: '"first"' } },
      { name: 'second', to: ['b', 'c'], set: { message: '"second"' } },
    );
    expect(routing.targets).toEqual(['a', 'b', 'c']);
    expect(routing.variants.map(({ targets, event: { data } }) => [targets, data.message])).toEqual(
      [
        [['b'], 'first'],
        [['c'], 'second'],
      ],
    );
  });

  it('takes fields away, adds what there was not, and names of its own', () => {
    const shape = shapedBy({
      host: 'null',
      zone: '"z1"',
      'attributes.vcpus': 'attributes.vcpus * 2',
      'attributes.extra.team': '"storage"',
      'attributes.extra.labels': 'null',
    });
    expect(shape.data.resource).toEqual({
      kind: 'compute',
      type: 'VM',
      id: '42',
      name: 'web-1',
      location: { site: 'fr-inria', zone: 'z1' },
    });
    expect(shape.data.attributes?.vcpus).toBe(8);
    expect(shape.data.attributes?.extra).toEqual([
      { name: 'TEMPLATE/TIER', value: 'gold' },
      { name: 'team', value: 'storage' },
    ]);
  });

  it('keeps type and subject true to the data', () => {
    const shape = shapedBy({
      kind: '"service"',
      'resource.id': '"vm-" + resource.id',
      state: '"up"',
    });
    expect([shape.type, shape.subject]).toEqual(['io.viaduct.service.state', 'service/vm-42']);
    expect(shape.partitionkey).toBe(event.partitionkey);
  });

  it.each([
    [{ severity: '"fatal"' }, /severity: "fatal" is none of/],
    [{ state: '"available"' }, /no state of "compute"/],
    [{ 'attributes.vcpus': '"four"' }, /another type/],
    [{ message: 'attributes.nope' }, /message: no such key: nope/],
    [{ 'resource.id': 'null' }, /resource/],
  ])('is a failure where the outcome is no event: %j', (set, reason) => {
    const routing = routingOf({ name: 'r', to: ['s'], set });
    expect(routing.targets).toEqual([]);
    expect(routing.failures[0]?.reason).toMatch(reason);
  });

  it.each([
    [{ sevrity: '"x"' }, /sevrity VIA_ROUTING_FIELD_UNKNOWN/],
    [{ id: '"x"' }, /id VIA_ROUTING_FIELD_FIXED "id" cannot be set/],
    [{ user: '"x"' }, /user VIA_ROUTING_FIELD_FIXED "user" stands for several fields/],
    [{ 'attributes.addresses.mac': '"x"' }, /FIELD_FIXED/],
    [{ message: 'nope' }, /message VIA_ROUTING_EXPRESSION_INVALID there is no variable "nope"/],
    [{ message: ['a'] }, /the value is no expression/],
    [{}, /0.set VIA_ROUTING_ROUTE_INVALID/],
  ])('is refused when the configuration is read: %j', (set, problem) => {
    expect(problemsOf({ set: set as unknown as Reshaping }).join()).toMatch(problem);
  });
});
