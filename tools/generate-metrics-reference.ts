/**
 * Writes docs/metrics.md from the broker's tables. A test of apps/broker fails when the page is not
 * what this makes of them. Run it with `npm run docs:metrics`.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { metricsReference } from './metrics-reference.ts';

writeFileSync(join(import.meta.dirname, '../docs/metrics.md'), await metricsReference());
