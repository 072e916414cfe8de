/**
 * Writes docs/configuration.md from the schemas that validate configurations. A test of apps/broker
 * fails when the page is not what this makes of them. Run it with `npm run docs:configuration`.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { configurationReference } from './configuration-reference.ts';

const page = join(import.meta.dirname, '../docs/configuration.md');
writeFileSync(page, await configurationReference());
