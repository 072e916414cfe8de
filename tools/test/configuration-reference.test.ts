import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { configurationReference } from '../configuration-reference.ts';

it('docs/configuration.md says what the schemas say (npm run docs:configuration)', async () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/configuration.md'), 'utf8');
  expect(page).toBe(await configurationReference());
});
