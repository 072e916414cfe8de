import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { translationPage } from '../translation/page.ts';

it('docs/translation.md says what the codecs do (npm run docs:translation)', async () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/translation.md'), 'utf8');
  expect(page).toBe(await translationPage());
});
