import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileExpression, VARIABLES } from '../src/index.ts';
import { EXPRESSION_CHARACTERS_MAX } from '../src/limits.ts';
import { failedMachine } from './event.ts';

const event = failedMachine();

function valueOf(text: string): unknown {
  const compiled = compileExpression(text);
  if (!compiled.ok) throw new Error(`${compiled.error.message}; ${compiled.error.advice}`);
  const value = compiled.value.evaluate(event);
  if (!value.ok) throw new Error(value.error);
  return value.value;
}

function problemOf(text: string): string {
  const compiled = compileExpression(text);
  return compiled.ok ? 'none' : `${compiled.error.message}; ${compiled.error.advice}`;
}

describe('an expression', () => {
  it.each([
    ['kind == "compute" && state == "failed"', true],
    ['severity in ["error", "critical"]', true],
    ['attributes.vcpus > 2 && attributes.vcpus <= 4', true],
    ['has(attributes.memoryMiB) && attributes.memoryMiB > 1', false],
    ['zone == null && site == "fr-inria"', true],
    ['resource.name.startsWith("web-") && user.name == "ada"', true],
    ['project.name + "/" + resource.id', 'grid/42'],
    ['extra["TEMPLATE/TIER"] == "gold" && !("NONE" in extra)', true],
    ['attributes.addresses.exists(one, one.version == 6)', true],
    ['attributes.attachments.size() == 2', true],
    ['attributes.vcpus * 2 + 1', 9n],
    ['nativetype.glob("VM/*/FAILURE")', true],
    ['nativetype.matches("^VM/[A-Z]+/FAILURE$")', true],
    ['event.source == "opennebula://one" && data.state.previous.value == "running"', true],
    ['time < timestamp("2030-01-01T00:00:00Z")', true],
    ['has(data.alarm.key) || has(parent.id)', false],
    ['attributes.?memoryMiB.orValue(512)', 512n],
  ])('%s', (text, value) => {
    expect(valueOf(text)).toEqual(value);
  });

  it('is refused with the place and a way out when it cannot be right', () => {
    expect(problemOf('sevrity == "error"')).toBe(
      'there is no variable "sevrity"; did you mean "severity"?',
    );
    expect(problemOf('kind ==')).toMatch(/at character 8; write an expression of CEL/);
    expect(problemOf('"a" + 1')).toMatch(/compare and join values of one type/);
    expect(problemOf('x'.repeat(EXPRESSION_CHARACTERS_MAX + 1))).toMatch(/4097 characters/);
    expect(problemOf(`${'('.repeat(60)}1${')'.repeat(60)}`)).not.toBe('none');
  });

  it('takes no regular expression that a hostile text could keep busy', () => {
    expect(problemOf('message.matches("(a+)+$")')).toMatch(/can take for ever/);
    expect(problemOf('message.matches(name)')).toMatch(/not written out/);
    expect(problemOf('message.matches("(")')).toMatch(/write a regular expression/);
  });

  it('says what it lacks when an event has no value for it', () => {
    const compiled = compileExpression('attributes.memoryMiB > 4');
    expect(compiled.ok && compiled.value.evaluate(event)).toEqual({
      ok: false,
      error: 'no such key: memoryMiB, at character 12',
    });
  });

  it('never throws, whatever it says and whatever the event holds', () => {
    const word = fc.oneof(
      fc.constantFrom(...Object.keys(VARIABLES), 'nope', '1', '2.5', '"a"', 'null', 'true', '[1]'),
      fc.string({ maxLength: 6 }),
    );
    const operator = fc.constantFrom('+', '==', '<', '&&', '?', '.', ' in ', '[', ']', '-');
    fc.assert(
      fc.property(
        fc.array(fc.tuple(word, operator), { maxLength: 6 }),
        fc.jsonValue(),
        (parts, value) => {
          const compiled = compileExpression(parts.flat().join(''));
          const odd = failedMachine({
            attributes: { extra: [{ name: 'x', value: value as never }] },
          });
          if (compiled.ok) compiled.value.evaluate(odd);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
