import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { OLDEST_NODE, oldestNode, run } from './oldest-node.ts';
import { type Package, packagesOf } from './tidy/source-files.ts';

// Looks at each package as its users get it: packed, its manifest linted, its types resolved, and
// every entry imported from the unpacked tarball. Needs `npm run build` before.
const root = join(import.meta.dirname, '..');
const packed = join(root, '.cache/packed');
const packages = packagesOf(root);

rmSync(packed, { recursive: true, force: true });
mkdirSync(packed, { recursive: true });
for (const own of packages) await checkTarball(own);
for (const own of packages) importEntries(own);
console.log(`${packages.length} packages are fit to publish`);

async function checkTarball(own: Package): Promise<void> {
  const folder = join(root, own.folder);
  const { messages, pkg } = await publint({ pkgDir: folder, strict: true });
  const problems = messages.map((message) => formatMessage(message, pkg));
  if (problems.length > 0) throw new Error(`${own.folder}: ${problems.join('; ')}`);
  const printed = execFileSync('npm', ['pack', '--json', '--pack-destination', packed], {
    cwd: folder,
    encoding: 'utf8',
  });
  const [tarball] = JSON.parse(printed) as readonly { readonly filename: string }[];
  if (tarball === undefined) throw new Error(`${own.folder}: npm packed nothing`);
  const file = join(packed, tarball.filename);
  run('attw', [file, '--profile', 'esm-only', '--quiet']);
  // Beside the repository's own node_modules, where the packages' dependencies are found.
  const unpacked = join(packed, 'node_modules', own.manifest.name);
  mkdirSync(unpacked, { recursive: true });
  run('tar', ['-xzf', file, '-C', unpacked, '--strip-components=1']);
}

function importEntries(own: Package): void {
  const entries = Object.entries(own.manifest.exports ?? {})
    .filter(([, target]) => typeof target !== 'string')
    .map(([entry]) => own.manifest.name + entry.slice(1));
  const program = entries.map((entry) => `await import(${JSON.stringify(entry)});`).join('\n');
  const forOldest = OLDEST_NODE.startsWith((own.manifest.engines?.node ?? '').slice(2));
  for (const node of forOldest ? [process.execPath, oldestNode()] : [process.execPath]) {
    run(node, ['--input-type=module', '-e', program], packed);
  }
}
