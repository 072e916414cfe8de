import { globSync } from 'node:fs';
import { join } from 'node:path';
import { OLDEST_NODE, oldestNode, run } from './oldest-node.ts';
import { packagesOf } from './tidy/source-files.ts';

// The unit tests of every package that declares the oldest Node, on exactly that Node.
const root = join(import.meta.dirname, '..');
const folders = packagesOf(root)
  .filter(({ manifest }) => OLDEST_NODE.startsWith((manifest.engines?.node ?? '').slice(2)))
  .map(({ folder }) => folder)
  .filter((folder) => globSync(`${folder}/test/**/*.test.ts`, { cwd: root }).length > 0);
console.log(`Node ${OLDEST_NODE}: ${folders.join(', ')}`);
const vitest = join(root, 'node_modules/vitest/vitest.mjs');
run(oldestNode(), [vitest, 'run', '--project', 'unit', '--reporter', 'dot', ...folders]);
