import { execFileSync } from 'node:child_process';
import { globSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './oldest-node.ts';
import { oneLine, type ReadmeExample } from './readme-example.ts';

/** What a codec has to do without: the third-party modules that open sockets or load addons. */
const TRANSPORTS = ['amqplib', 'net-snmp', 'zeromq'];

/** From npm's cache where it has it; nothing printed but errors. */
export const NPM_OPTIONS: readonly string[] = [
  '--prefer-offline',
  '--no-audit',
  '--no-fund',
  '--loglevel=error',
];

/** A package in a folder of its own outside the repository, for somebody who wants no other. */
export interface LoneInstall {
  readonly folder: string;
  /** `@viaduct/oslo`. */
  readonly name: string;
}

/**
 * Installs a package with npm into an empty folder: its tarball, and those of the packages of this
 * workspace it depends on, `tarballs` by name. Third-party dependencies come from npm's cache or
 * its registry. The folder is there while `check` runs. Throws when npm fails, when it installs
 * another package of the workspace, and what `check` throws.
 */
export function checkAlone(
  name: string,
  tarballs: ReadonlyMap<string, string>,
  check: (install: LoneInstall) => void,
): void {
  const folder = mkdtempSync(join(tmpdir(), 'viaduct-alone-'));
  try {
    writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }');
    run('npm', ['install', ...NPM_OPTIONS, ...tarballs.values()], folder);
    const own = readdirSync(join(folder, 'node_modules/@viaduct')).map(
      (each) => `@viaduct/${each}`,
    );
    const wanted = [...tarballs.keys()].sort().join(', ');
    const installed = own.sort().join(', ');
    if (installed !== wanted) throw new Error(`${name}: ${installed} came, not just ${wanted}`);
    check({ folder, name });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs an example in the folder. Throws when it fails or prints something else than it says. */
export function runExample(
  { folder, name }: LoneInstall,
  { program, prints }: ReadmeExample,
  node: string,
  options: readonly string[] = [],
): void {
  writeFileSync(join(folder, 'example.ts'), program);
  // Node 22 strips types only when told to, and both say that this is an experiment.
  const args = ['--experimental-strip-types', '--disable-warning=ExperimentalWarning', ...options];
  const printed = oneLine(
    execFileSync(node, [...args, 'example.ts'], {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    }),
  );
  if (printed !== prints) {
    throw new Error(`${name}: the README's example prints "${printed}", not "${prints}"`);
  }
}

/** Imports the package's own entry, with the transports it needs. Throws when that fails. */
export function importWhole({ folder, name }: LoneInstall, node: string): void {
  run(node, ['--input-type=module', '-e', `await import('${name}');`], folder);
}

/**
 * Takes the transports away, and proves that they are gone: no addon is left, and the package's own
 * entry no longer loads. Throws when one of the two does not hold.
 */
export function removeTransports({ folder, name }: LoneInstall, node: string): void {
  for (const transport of TRANSPORTS) {
    rmSync(join(folder, 'node_modules', transport), { recursive: true, force: true });
  }
  const addons = globSync('node_modules/**/*.node', { cwd: folder });
  if (addons.length > 0) throw new Error(`${name}: ${addons.join(', ')} is left`);
  const program = `await import('${name}').then(
    () => { throw new Error('${name} loads without its transport: what does the check prove?'); },
    (error) => { if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error; },
  );`;
  run(node, ['--input-type=module', '-e', program], folder);
}
