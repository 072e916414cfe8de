import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { checkTogether } from './all-packages.ts';
import { checkAlone, importWhole, removeTransports, runExample } from './lone-install.ts';
import { OLDEST_NODE, oldestNode, run } from './oldest-node.ts';
import { readmeExample } from './readme-example.ts';
import { type Package, packagesOf } from './tidy/source-files.ts';

// Looks at each package as its users get it: packed, its manifest linted, its types resolved, and
// every entry imported from the unpacked tarball. Core and the adapters are then installed alone,
// each into an empty folder, and run their README's example; codecs again without any transport.
// At last all are installed together, and the command is used. Needs `npm run build` before.
const root = join(import.meta.dirname, '..');
const packed = join(root, '.cache/packed');
const packages = packagesOf(root).filter(({ manifest }) => manifest.private !== true);
const tarballs = new Map<string, string>();

rmSync(packed, { recursive: true, force: true });
mkdirSync(packed, { recursive: true });
for (const own of packages) await checkTarball(own);
for (const own of packages) importEntries(own);
const alone = packages.filter(({ manifest }) =>
  manifest.nx?.tags?.some(
    (tag) => tag === 'layer:core' || tag === 'layer:adapter' || tag === 'layer:translation',
  ),
);
for (const own of alone) checkExample(own);
await checkTogether([...tarballs.values()]);
console.log(`${packages.length} packages are fit to publish, ${alone.length} of them run alone`);

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
  tarballs.set(own.manifest.name, file);
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
  for (const node of nodesOf(own)) run(node, ['--input-type=module', '-e', program], packed);
}

function checkExample(own: Package): void {
  const { name, exports: entries } = own.manifest;
  const hasCodec = entries?.['./codec'] !== undefined;
  const readme = readFileSync(join(root, own.folder, 'README.md'), 'utf8');
  // A codec's example needs no peer.
  const example = readmeExample(readme, hasCodec ? `${name}/codec` : name);
  const imported = [...example.program.matchAll(/from '(@viaduct\/[a-z]+)/g)].map(
    ([, each = '']) => each,
  );
  const needed = new Set([name, ...imported].flatMap((each) => [...withDependencies(each)]));
  const wanted = new Map([...tarballs].filter(([each]) => needed.has(each)));
  checkAlone(name, wanted, (install) => {
    for (const node of nodesOf(own)) {
      runExample(install, example, node);
      importWhole(install, node);
    }
    if (!hasCodec) return;
    removeTransports(install, process.execPath);
    for (const node of nodesOf(own)) runExample(install, example, node, ['--no-addons']);
  });
}

function withDependencies(name: string): ReadonlySet<string> {
  const own = packages.find(({ manifest }) => manifest.name === name);
  if (own === undefined) return new Set();
  const needed = Object.keys(own.manifest.dependencies ?? {});
  return new Set([name, ...needed.flatMap((each) => [...withDependencies(each)])]);
}

function nodesOf({ manifest }: Package): readonly string[] {
  const forOldest = OLDEST_NODE.startsWith((manifest.engines?.node ?? '').slice(2));
  return forOldest ? [process.execPath, oldestNode()] : [process.execPath];
}
