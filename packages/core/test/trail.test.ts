import { describe, expect, it } from 'vitest';
import { isTrail, trailThrough } from '../src/index.ts';

describe('the trail of an event', () => {
  it.each([
    [undefined, 'b', 'b'],
    ['', 'b', 'b'],
    ['a', 'b', 'a b'],
    ['a b', 'b', 'a b'],
    ['b', 'b', 'b'],
    ['a-b', 'b', 'a-b b'],
    ['b a', 'b', 'b a b'],
    ['a', '', 'a'],
    [undefined, '', ''],
  ])('%j ends, through the broker %j, as %j', (trail, brokerId, expected) => {
    expect(trailThrough(trail, brokerId)).toBe(expected);
  });

  it('is ids with a blank between them, and of some hundred brokers at most', () => {
    const id = '0af76519-16cd-43dd-8448-eb211c80319c';
    expect([id, `${id} ${id}`, 'a b'].every(isTrail)).toBe(true);
    const others = [undefined, '', ' ', ' a', 'a ', 'a  b', 'a\tb', 'a\n', 'ä', 'a'.repeat(4_097)];
    expect(others.filter(isTrail)).toEqual([]);
  });
});
