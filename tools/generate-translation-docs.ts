/**
 * Writes docs/translation.md from what the codecs do. A test fails when the page is not what this
 * makes. Run it with `npm run docs:translation`.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { translationPage } from './translation/page.ts';

const page = join(import.meta.dirname, '../docs/translation.md');
writeFileSync(page, await translationPage());
