import { access, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** A plugin in the folder of plugins. */
export interface Plugin {
  /** Its own interpreter, where it has one (a virtual environment). */
  readonly python: string | undefined;
  /** What goes in front of `sys.path`. */
  readonly paths: readonly string[];
  /** The function inside of it. */
  readonly functionName: string;
}

/** More versions of one plugin are not looked at. */
const VERSIONS_MAX = 1_000;

/**
 * The plugin that a dotted name begins with, as the original finds it by its package name:
 * `cloudify-fabric-plugin.fabric_plugin.tasks.run_task` is the function
 * `fabric_plugin.tasks.run_task` of the plugin in the folder `cloudify-fabric-plugin`. In it lie
 * the modules themselves, a virtual environment, or one of these for each version: the highest
 * counts.
 */
export async function findPlugin(
  pluginsFolder: string,
  implementation: string,
): Promise<Plugin | undefined> {
  const dot = implementation.indexOf('.');
  const packageName = implementation.slice(0, dot);
  const functionName = implementation.slice(dot + 1);
  if (!/^[\w-]+$/.test(packageName) || !functionName.includes('.')) return undefined;
  const root = join(pluginsFolder, packageName);
  const names = await readdir(root).catch(() => undefined);
  if (names === undefined) return undefined;
  const versions = names.filter((name) => /^\d/.test(name)).slice(0, VERSIONS_MAX);
  const highest = versions.sort(compareVersions).at(-1);
  const folder = highest === undefined ? root : join(root, highest);
  const python = join(folder, 'bin', 'python');
  const hasPython = await access(python).then(
    () => true,
    () => false,
  );
  return { python: hasPython ? python : undefined, paths: hasPython ? [] : [folder], functionName };
}

/**
 * In the order of PEP 440 as far as releases go: by their numbers, a suffix after a letter
 * (`1.0rc1`, `1.0.dev2`) before the release itself, `.post` after it.
 */
function compareVersions(one: string, other: string): number {
  const [a, b] = [parseVersion(one), parseVersion(other)];
  const length = Math.max(a.numbers.length, b.numbers.length);
  for (let at = 0; at < length; at += 1) {
    const difference = (a.numbers[at] ?? 0) - (b.numbers[at] ?? 0);
    if (difference !== 0) return difference;
  }
  if (a.rank !== b.rank) return a.rank - b.rank;
  return a.serial - b.serial;
}

interface Version {
  readonly numbers: readonly number[];
  readonly rank: number;
  readonly serial: number;
}

const RANKS: Readonly<Record<string, number>> = { dev: 0, a: 1, b: 2, rc: 3, c: 3, post: 5 };
const RELEASE_RANK = 4;

function parseVersion(text: string): Version {
  const match = /^(\d+(?:\.\d+)*)[._-]?([a-z]*)\.?(\d*)/i.exec(text);
  const [, numbers = '0', suffix = '', serial = '0'] = match ?? [];
  return {
    numbers: numbers.split('.').map(Number),
    rank: suffix === '' ? RELEASE_RANK : (RANKS[suffix.toLowerCase()] ?? RELEASE_RANK),
    serial: Number(serial),
  };
}
