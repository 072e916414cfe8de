import type { Manifest, Package } from './source-files.ts';
import { readIfThere } from './source-files.ts';

/** The order of export conditions: the first that fits wins, so `default` comes last. */
const CONDITIONS = ['@viaduct/source', 'types', 'default'];

const LICENSE = 'Apache-2.0';

/** Disagreements between the packages' manifests, the root's and what lies in their folders. */
export function manifestFindings(
  root: string,
  rootManifest: Manifest,
  packages: readonly Package[],
): readonly string[] {
  return packages.flatMap(({ folder, name, manifest, sources }) => {
    const wrong: string[] = [];
    const check = (holds: boolean, problem: string): void => {
      if (!holds) wrong.push(`${folder}/package.json ${problem}`);
    };
    check(manifest.name === `@viaduct/${name}`, `is called ${manifest.name}`);
    check(manifest.version === rootManifest.version, `has version ${manifest.version}`);
    check(manifest.license === LICENSE, `has license ${manifest.license ?? 'none'}`);
    check(manifest.type === 'module', 'is no ES module');
    check(manifest.sideEffects === false, 'does not say "sideEffects": false');
    check((manifest.description ?? '') !== '', 'has no description');
    check(/^>=\d+/.test(manifest.engines?.node ?? ''), 'names no oldest Node');
    check((manifest.nx?.tags ?? []).length > 0, 'has no layer tag for Nx');
    for (const part of ['dist', 'src', 'README.md']) {
      check(manifest.files?.includes(part) === true, `does not publish ${part}`);
    }
    check(readIfThere(root, `${folder}/README.md`) !== undefined, 'has no README.md beside it');
    // What is private has a build of its own.
    for (const file of ['tsconfig.json', ...(manifest.private ? [] : ['tsconfig.build.json'])]) {
      const isProject = readIfThere(root, file)?.includes(`"./${folder}"`) === true;
      check(isProject, `is no project of ${file}`);
    }
    // npm packs the one in the package's own folder.
    const isLicensed = readIfThere(root, `${folder}/LICENSE`) === readIfThere(root, 'LICENSE');
    check(isLicensed, 'has not the LICENSE of the repository beside it');
    exportProblems(manifest, folder, new Set(sources.map(({ path }) => path))).forEach((problem) =>
      check(false, problem),
    );
    versionProblems(manifest, rootManifest).forEach((problem) => check(false, problem));
    return wrong;
  });
}

function exportProblems(
  { exports = {} }: Manifest,
  folder: string,
  sources: ReadonlySet<string>,
): readonly string[] {
  return Object.entries(exports).flatMap(([entry, target]) => {
    if (typeof target === 'string') return [];
    if (Object.keys(target).join() !== CONDITIONS.join()) {
      return [`exports ${entry} under other conditions than ${CONDITIONS.join(', ')}`];
    }
    const [source = '', types = '', built = ''] = CONDITIONS.map((name) => target[name] ?? '');
    const stem = source.replace(/^\.\/src\/(.*)\.ts$/, '$1');
    if (types !== `./dist/${stem}.d.ts` || built !== `./dist/${stem}.js`) {
      return [`exports ${entry} from different files`];
    }
    const path = source.replace(/^\./, folder);
    return sources.has(path) ? [] : [`exports ${entry} from ${source}, which does not exist`];
  });
}

/** Dependencies are pinned exactly, the workspace's own to the one version of all. */
function versionProblems(manifest: Manifest, root: Manifest): readonly string[] {
  const all = { ...manifest.dependencies, ...manifest.devDependencies };
  return Object.entries(all).flatMap(([name, version]) => {
    if (name.startsWith('@viaduct/') && version !== root.version) {
      return [`depends on ${name} ${version}, not on ${root.version}`];
    }
    return /^\d+\.\d+\.\d+$/.test(version) ? [] : [`does not pin ${name} (${version})`];
  });
}
