import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileGlob, compileGlobs, isGlob } from '../src/index.ts';

/** The definition of a glob, by recursion: right because it is obvious, and slow. */
function naive(glob: readonly string[], text: readonly string[]): boolean {
  const [first, ...rest] = glob;
  if (first === undefined) return text.length === 0;
  if (first === '*') {
    return naive(rest, text) || (text.length > 0 && naive(glob, text.slice(1)));
  }
  if (text.length === 0) return false;
  return (first === '?' || first === text[0]) && naive(rest, text.slice(1));
}

const characters = fc.constantFrom('a', 'b', '.', '😀');

describe('a glob', () => {
  it('matches what its definition says', () => {
    const glob = fc.array(fc.oneof(characters, fc.constantFrom('*', '?')), { maxLength: 7 });
    const text = fc.array(characters, { maxLength: 8 });
    fc.assert(
      fc.property(glob, text, (steps, letters) => {
        expect(compileGlob(steps.join(''))(letters.join(''))).toBe(naive(steps, letters));
      }),
      { numRuns: 2_000 },
    );
  });

  it('matches any text literally when every character is escaped', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (text, other) => {
        const glob = compileGlob(text.replace(/[*?\\]/g, '\\$&'));
        expect(glob(text)).toBe(true);
        expect(glob(other)).toBe(other === text);
      }),
    );
  });

  it('is quick where a backtracking one would take for ever', () => {
    const glob = compileGlob('a*'.repeat(30) + 'b');
    expect(glob('a'.repeat(5_000))).toBe(false);
  });

  it.each([
    ['compute.instance.*', 'compute.instance.create.end', true],
    ['*.end', 'compute.instance.create.end', true],
    ['compute.*.error', 'compute.instance.create.end', false],
    ['VM?', 'VM', false],
    ['', '', true],
    ['*', '', true],
    ['a\\', 'a\\', true],
  ])('%s on %s: %s', (glob, text, expected) => {
    expect(compileGlob(glob)(text)).toBe(expected);
  });

  it('is told from plain text by its special characters', () => {
    expect(['a*', 'a?', 'a\\*'].every(isGlob)).toBe(true);
    expect(isGlob('compute.instance')).toBe(false);
  });

  it('matches a list when any of the list does, and an empty list never', () => {
    expect(compileGlobs(['a*', 'b'])('abc')).toBe(true);
    expect(compileGlobs(['a*', 'b'])('bc')).toBe(false);
    expect(compileGlobs([])('')).toBe(false);
  });
});
