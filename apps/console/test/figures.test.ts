/** Numbers and times as people read them. */
import { describe, expect, it } from 'vitest';
import { bytes, duration, rate } from '../src/states/figures.ts';

describe('a figure', () => {
  it('of time is as long as it is, in the unit that people would take', () => {
    const told = [0, 0.5, 2.5, 9.96, 12.4, 999, 1_000, 119_000, 120_000, 7_200_000, 172_800_000];
    expect(told.map(duration)).toEqual([
      ...['0 ms', '0.5 ms', '2.5 ms', '10 ms', '12 ms', '999 ms'],
      ...['1 s', '119 s', '2 min', '2 h', '2 d'],
    ]);
  });

  it('of a rate or a length is short', () => {
    expect([0, 0.26, 12.4, 1_234].map(rate)).toEqual(['0/s', '0.3/s', '12.4/s', '1.2K/s']);
    expect([0, 1_023, 1_536, 3 * 1024 ** 3].map(bytes)).toEqual([
      ...['0 B', '1023 B', '1.5 KiB', '3.0 GiB'],
    ]);
  });
});
