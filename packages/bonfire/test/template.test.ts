import { describe, expect, test } from 'vitest';

import { bonfireCodec, encodeOptions, templateProblems } from '../src/codec.ts';
import { fillTemplate, isConstant } from '../src/encode/template.ts';
import { ENCODE_CONTEXT, encoded, foreignEvent } from './messages.ts';

const event = foreignEvent('vm-boot-failure');
const names = {
  usageKey: 'a.b.c',
  source: 'a',
  objectType: 'b',
  eventType: 'c',
  experiment: undefined,
  'received.exchange': undefined,
  'received.routingKey': '',
};

describe('a template', () => {
  test.each([
    ['resourceUsage', 'resourceUsage'],
    ['{usageKey}', 'a.b.c'],
    ['{source}-{objectType}', 'a-b'],
    ['{resource.kind}/{data.resource.id}', 'compute/42'],
    ['{origin}.{state.value}', 'opennebula.failed'],
    ['{received.routingKey|usageKey}', 'a.b.c'],
    ['{experiment|resource.parent.id|"none"}', 'none'],
    ['{ resource.host }', 'node1.example.com'],
    ['{attributes.vcpus}', '2'],
    ['{resource}{nothing}{__proto__}{resource.constructor}', ''],
  ])('%s gives "%s"', (template, text) => {
    expect(fillTemplate(template, names, event)).toBe(text);
  });

  test('is constant without places', () => {
    expect([isConstant('x.y'), isConstant('x.{source}')]).toEqual([true, false]);
  });

  test.each([
    ['{received.routingKey|usageKey|"x"}', 0],
    ['{resource.kind}', 0],
    ['{resorce.kind}', 1],
    ['{source', 1],
    ['a}', 1],
  ])('%s has %d problems', (template, count) => {
    expect(templateProblems(template)).toHaveLength(count);
  });
});

describe('a place', () => {
  test.each([
    [{ exchange: '{experiment}' }, 'exchange'],
    [{ routingKey: '{experiment}' }, 'routingKey'],
    [{ routingKey: 'x'.repeat(256) }, 'routingKey'],
  ])('%j is refused', (options, path) => {
    const result = bonfireCodec.encode(event, {
      ...ENCODE_CONTEXT,
      options: encodeOptions(options),
    });
    expect(result).toMatchObject({ error: { code: 'VIA_BONFIRE_PLACE_INVALID', path } });
  });

  test('has one word in a key for each word of BonFIRE, whatever is in it', () => {
    const options = encodeOptions({ source: 'my broker.*' });
    expect(encoded(event, { options }).routingKey).toBe('my-broker-.compute.state.failed');
  });
});
