import { expect, test } from 'vitest';
import { closed, plannedLines } from '../release/changelog.ts';

const plan = '---\n__default__: minor\n---\n\nFeatures: one,\nand more.\nFixes: another.\n';
const changelog = [
  '# Changelog',
  '',
  '## Unreleased',
  '',
  '### Fixes',
  '',
  '- a hand-written one.',
  '',
  '## 0.1.0 (2026-01-01)',
  '',
  'Old.',
  '',
].join('\n');

test('a version plan has an entry for each line that begins with a group', () => {
  expect(plannedLines('a.md', plan)).toEqual([
    { group: 'Features', text: 'one, and more.' },
    { group: 'Fixes', text: 'another.' },
  ]);
  expect(() => plannedLines('a.md', 'Nothing: to say')).toThrow('a.md: begin each entry with');
});

test('a version takes what was unreleased, and the lines of plans, in the order of the groups', () => {
  expect(closed(changelog, '0.2.0', '2026-02-01', plannedLines('a.md', plan))).toBe(
    [
      '# Changelog',
      '',
      '## Unreleased',
      '',
      '## 0.2.0 (2026-02-01)',
      '',
      '### Features',
      '',
      '- one, and more.',
      '',
      '### Fixes',
      '',
      '- a hand-written one.',
      '- another.',
      '',
      '## 0.1.0 (2026-01-01)',
      '',
      'Old.',
      '',
    ].join('\n'),
  );
});

test('a changelog without anything to release is refused', () => {
  expect(() => closed('# Changelog\n', '1.0.0', '2026-01-01', [])).toThrow('no "## Unreleased"');
  expect(() => closed('## Unreleased\n', '1.0.0', '2026-01-01', [])).toThrow('nothing is unrel');
});
