import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { guaranteeFindings } from '../tidy/guarantees.ts';

const root = join(import.meta.dirname, '../..');

describe('the page of guarantees', () => {
  it('names tests that exist, for every clause', () => {
    expect(guaranteeFindings(root, 'docs/guarantees.md')).toEqual([]);
  });
});

describe('the check of that page finds', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'viaduct-guarantees-'));
    writeFileSync(join(folder, 'some.test.ts'), "it('keeps what it took', () => {});\n");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function findingsOf(...lines: readonly string[]): readonly string[] {
    writeFileSync(join(folder, 'page.md'), lines.join('\n'));
    return guaranteeFindings(folder, 'page.md');
  }

  it('nothing where all is there', () => {
    expect(findingsOf('**1. It keeps.** So.', '', '- `some.test.ts`: keeps what it took')).toEqual(
      [],
    );
  });

  it('a test that does not exist, in a file that does or does not', () => {
    const page = ['**1. It keeps.**', '- `some.test.ts`: keeps more', '- `other.test.ts`: keeps'];
    expect(findingsOf(...page)).toEqual([
      'some.test.ts has no test "keeps more"',
      'clause 1 names other.test.ts, which is not there',
    ]);
  });

  it('clauses without a test or out of order, and a page without clauses', () => {
    expect(
      findingsOf('**1. One.**', '**3. Three.**', '- `some.test.ts`: keeps what it took'),
    ).toEqual(['clause 1 names no test that holds it', 'clause 3 follows clause 1']);
    expect(findingsOf('Nothing.')).toEqual(['page.md has no clauses']);
  });
});
