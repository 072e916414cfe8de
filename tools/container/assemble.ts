/**
 * Copies what the broker needs at run time into a folder, as an installed package: itself, its
 * dependencies by their manifests, nothing of development. The locked versions that `npm ci` has
 * installed are taken as they are, so an image holds what was tested.
 *
 *     node tools/container/assemble.ts FOLDER
 */
import { cpSync, existsSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';

const root = join(import.meta.dirname, '../..');
const START = '@viaduct/broker';

/** What no running program reads: types, maps, and what others' builds left behind. */
const NOT_NEEDED = /\.(d\.[cm]?ts|map|tsbuildinfo)$|\/(node_modules|\.github|src\/.*\.(cc|cpp|h))$/;

interface Manifest {
  readonly name: string;
  readonly files?: readonly string[];
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const [target] = process.argv.slice(2);
if (target === undefined) throw new Error('the folder to assemble in is the argument');
/** Where each folder that was copied now is: those of the workspace lie elsewhere here. */
const copied = new Map<string, string>();
copyWithDependencies(join(root, 'node_modules', START));
removeOtherPlatforms(join(target, 'node_modules/zeromq/build'));
console.log(`${copied.size} packages`);

function copyWithDependencies(folder: string): void {
  const real = realpathSync(folder);
  if (copied.has(real)) return;
  const place = placeOf(folder);
  copied.set(real, place);
  const manifest = readManifest(real);
  copyPackage(real, place, manifest, real !== folder);
  const optional = Object.keys(manifest.optionalDependencies ?? {});
  for (const name of Object.keys(manifest.dependencies ?? {}).concat(optional)) {
    const found = resolve(name, real);
    if (found !== undefined) copyWithDependencies(found);
    else if (!optional.includes(name)) throw new Error(`${manifest.name} needs ${name}`);
  }
}

/** Below the package whose own dependency it is, else below the target. */
function placeOf(folder: string): string {
  for (let owner = dirname(folder); owner !== root; owner = dirname(owner)) {
    const place = copied.get(owner);
    if (place !== undefined) return join(place, relative(owner, folder));
  }
  return join(target ?? '', relative(root, folder));
}

/** A package of the workspace as it would be published, another one whole. */
function copyPackage(real: string, place: string, manifest: Manifest, isOurs: boolean): void {
  const parts = isOurs ? ['package.json', 'LICENSE', ...published(manifest)] : ['.'];
  for (const part of parts) {
    const from = join(real, part);
    if (!existsSync(from)) throw new Error(`${manifest.name} has no ${part}: run npm run build`);
    cpSync(from, join(place, part), { recursive: true, filter: isNeeded });
  }
}

/** Its `files` but for the sources, which nothing resolves without this project's condition. */
function published({ files = [] }: Manifest): readonly string[] {
  return files.filter((part) => !part.startsWith('!') && part !== 'src' && !part.endsWith('.md'));
}

function isNeeded(path: string): boolean {
  return !NOT_NEEDED.test(path) || basename(dirname(path)) === 'node_modules';
}

/** As Node resolves a bare specifier: from the folder upwards. */
function resolve(name: string, from: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name);
    if (existsSync(join(candidate, 'package.json'))) return candidate;
    if (folder === dirname(folder)) return undefined;
  }
}

function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
}

/** ZeroMQ's package has a binary for every platform; an image is of one. */
function removeOtherPlatforms(build: string): void {
  const { platform, arch } = process;
  for (const other of ['darwin', 'linux', 'win32'].filter((name) => name !== platform)) {
    rmSync(join(build, other), { recursive: true, force: true });
  }
  for (const other of ['x64', 'arm64', 'arm', 'ia32', 'riscv64'].filter((name) => name !== arch)) {
    rmSync(join(build, platform, other), { recursive: true, force: true });
  }
}
