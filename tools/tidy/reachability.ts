import { join } from 'node:path/posix';
import { type Package, parseFile, readIfThere, type SourceFile } from './source-files.ts';

/** The files that the entries lead to by relative imports, the entries included. */
export function closureOf(
  entries: readonly string[],
  files: readonly SourceFile[],
): readonly SourceFile[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const reached = new Set<SourceFile>();
  const waiting = [...entries];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const file = byPath.get(path);
    if (file === undefined || reached.has(file)) continue;
    reached.add(file);
    waiting.push(...relativeTargets(file));
  }
  return [...reached];
}

/** Sources that no entry of their package leads to. */
export function deadSources(root: string, packages: readonly Package[]): readonly string[] {
  return packages.flatMap((own) => {
    const reached = new Set(closureOf(entriesOf(root, own), own.sources));
    return own.sources
      .filter((file) => !reached.has(file))
      .map(({ path }) => `${path} is reached from no entry of ${own.manifest.name}`);
  });
}

/** Tools that nothing starts: no script, test, configuration or other tool. */
export function deadTools(
  tools: readonly SourceFile[],
  startedFrom: readonly SourceFile[],
  commands: readonly string[],
): readonly string[] {
  const named = tools.filter(({ path }) => {
    const [, inTools = ''] = /^tools\/(.*)$/.exec(path) ?? [];
    return path.endsWith('.test.ts') || commands.some((command) => command.includes(inTools));
  });
  const targets = startedFrom.flatMap(relativeTargets);
  const reached = new Set(closureOf([...named.map(({ path }) => path), ...targets], tools));
  return tools
    .filter((file) => !reached.has(file))
    .map(({ path }) => `${path} is started by no script and imported by nothing`);
}

/** The files that are reached from outside a package: its exports, programs and pages. */
export function entriesOf(root: string, own: Package): readonly string[] {
  const exported = Object.values(own.manifest.exports ?? {}).flatMap((target) =>
    typeof target === 'string' ? [target] : Object.values(target),
  );
  const programs = Object.values(own.manifest.bin ?? {}).map((bin) => join(own.folder, bin));
  const started = programs
    .filter((path) => readIfThere(root, path) !== undefined)
    .flatMap((path) => relativeTargets(parseFile(root, path)));
  const page = readIfThere(root, `${own.folder}/index.html`) ?? '';
  const scripts = [...page.matchAll(/<script[^>]* src="([^"]+)"/g)].map(([, path = '']) => path);
  const inSources = (path: string): string =>
    path.replace('/dist/', '/src/').replace(/\.js$/, '.ts');
  const inFolder = [...exported, ...scripts].map((path) => join(own.folder, path));
  return [...inFolder, ...programs, ...started].map(inSources);
}

function relativeTargets({ path, imports }: SourceFile): readonly string[] {
  return imports
    .filter(({ specifier }) => specifier.startsWith('.'))
    .map(({ specifier }) => join(path, '..', specifier));
}
