import { join } from 'node:path/posix';
import { closureOf } from './reachability.ts';
import type { Manifest, Package, SourceFile } from './source-files.ts';

/** Whom the packages that are no adapter may import, in their sources. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  core: [],
  testkit: ['core'],
  amqp: ['core'],
  journal: ['core'],
  routing: ['core'],
  translation: ['core'],
  engine: ['core', 'journal', 'routing'],
};

/** Every other folder of `packages` is an adapter; `apps` may import whom they like. */
const ADAPTER_MAY_IMPORT = ['core', 'amqp'];

/** Packages of which no source may touch Node: they run in a browser as they are. */
const WITHOUT_NODE = new Set(['core', 'routing', 'translation']);

/** What opens sockets or files; nothing that `./codec` reaches may import it. */
const NOT_IN_A_CODEC = /^(node:|zeromq$|amqplib$|net-snmp$|@viaduct\/(?!(core|amqp\/codec)$))/;

const SCOPE = '@viaduct/';

/** Who imports whom against the rules, one sentence each; empty when all is well. */
export function importFindings(packages: readonly Package[], root: Manifest): readonly string[] {
  return packages.flatMap((own) => [
    ...own.sources.flatMap((file) => sourceFindings(own, file, packages)),
    ...own.tests.flatMap((file) => undeclared(own, file, root.devDependencies ?? {})),
    ...codecFindings(own),
    ...unusedDependencies(own),
  ]);
}

function sourceFindings(
  own: Package,
  file: SourceFile,
  packages: readonly Package[],
): readonly string[] {
  const findings = file.imports.flatMap(({ specifier, line }) => {
    const problem = problemOf(own, file, specifier, packages);
    return problem === undefined ? [] : [`${file.path}:${line} ${problem}`];
  });
  return [...findings, ...undeclared(own, file, {})];
}

function problemOf(
  own: Package,
  file: SourceFile,
  specifier: string,
  packages: readonly Package[],
): string | undefined {
  if (specifier.startsWith('.')) {
    const target = join(file.path, '..', specifier);
    return target.startsWith(`${own.folder}/`) ? undefined : `leaves its package: ${specifier}`;
  }
  if (specifier.startsWith('node:')) {
    return WITHOUT_NODE.has(own.name) ? `${own.name} imports ${specifier}` : undefined;
  }
  if (!specifier.startsWith(SCOPE)) {
    return own.name === 'core' ? `core has no dependency, but imports ${specifier}` : undefined;
  }
  const [name = '', ...deeper] = specifier.slice(SCOPE.length).split('/');
  if (own.folder.startsWith('packages/')) {
    const allowed = MAY_IMPORT[own.name] ?? ADAPTER_MAY_IMPORT;
    if (!allowed.includes(name)) return `${own.name} must not import ${specifier}`;
  }
  if (own.name === 'engine' && deeper.length > 0) {
    return `the engine takes interfaces, not a home of them: ${specifier}`;
  }
  const exported = packages.find((other) => other.name === name)?.manifest.exports ?? {};
  const entry = deeper.length === 0 ? '.' : `./${deeper.join('/')}`;
  return entry in exported ? undefined : `${specifier} is no entry of that package`;
}

/** Bare imports that no package.json in reach declares. */
function undeclared(
  own: Package,
  file: SourceFile,
  more: Readonly<Record<string, string>>,
): readonly string[] {
  const { dependencies = {}, devDependencies = {}, peerDependencies = {} } = own.manifest;
  const isTest = file.path.startsWith(`${own.folder}/test/`);
  const declared = {
    ...dependencies,
    ...peerDependencies,
    ...(isTest ? devDependencies : {}),
    ...more,
  };
  return file.imports
    .filter(({ specifier }) => !/^(\.|node:|file:)/.test(specifier))
    .filter(({ specifier }) => {
      const name = packageOf(specifier);
      return !(name in declared) && name !== own.manifest.name;
    })
    .map(
      ({ specifier, line }) => `${file.path}:${line} imports ${specifier}, which is not declared`,
    );
}

/** Named in no import and in no string either (pino, for one, takes its formatter by name). */
function unusedDependencies(own: Package): readonly string[] {
  const named = (name: string): boolean =>
    own.sources.some(({ text }) => text.includes(`'${name}'`) || text.includes(`'${name}/`));
  return Object.keys(own.manifest.dependencies ?? {})
    .filter((name) => !named(name))
    .map((name) => `${own.folder}/package.json declares ${name}, which no source names`);
}

function codecFindings(own: Package): readonly string[] {
  const entry = `${own.folder}/src/codec.ts`;
  if (!own.sources.some(({ path }) => path === entry)) return [];
  return closureOf([entry], own.sources).flatMap((file) =>
    file.imports
      .filter(({ specifier }) => NOT_IN_A_CODEC.test(specifier))
      .map(
        ({ specifier, line }) => `${file.path}:${line} is part of ./codec and imports ${specifier}`,
      ),
  );
}

function packageOf(specifier: string): string {
  const parts = specifier.split('/');
  return parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
}
