/** The pages that users read. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Page, readPage } from './markdown-page.ts';

/** The root of the repository. */
export const ROOT = join(import.meta.dirname, '../..');

const PATTERNS = [
  '*.md',
  'docs/**/*.md',
  '{packages,apps}/*/README.md',
  'deploy/**/*.md',
  'examples/**/*.md',
  'tools/*/README.md',
];

/** All pages, in the order of their paths. */
export function allPages(): readonly Page[] {
  return PATTERNS.flatMap((pattern) => globSync(pattern, { cwd: ROOT }))
    .sort()
    .map((path) => readPage(path, readFileSync(join(ROOT, path), 'utf8')));
}
