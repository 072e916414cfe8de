import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import ts from 'typescript';

/** Folders that hold nothing people wrote. */
const NOT_OURS = new Set(['node_modules', 'dist', '.git', '.nx', '.cache', 'coverage', 'data']);

/** What a build has made beside its own sources. */
const BUILT = new Set(['apps/broker/console']);

/** A package of the workspace and what its package.json says. */
export interface Package {
  /** `packages/oslo`, relative to the repository. */
  readonly folder: string;
  /** `oslo`. */
  readonly name: string;
  readonly manifest: Manifest;
  /** Under `src`, without declaration files. */
  readonly sources: readonly SourceFile[];
  /** Under `test`. */
  readonly tests: readonly SourceFile[];
}

/** The fields of package.json that are looked at here. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly license?: string;
  readonly type?: string;
  readonly description?: string;
  readonly sideEffects?: boolean;
  readonly engines?: Readonly<Record<string, string>>;
  readonly files?: readonly string[];
  readonly bin?: Readonly<Record<string, string>>;
  readonly exports?: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly nx?: { readonly tags?: readonly string[] };
}

/** A parsed TypeScript or JavaScript file. */
export interface SourceFile {
  /** Relative to the repository, with forward slashes. */
  readonly path: string;
  readonly text: string;
  readonly lines: readonly string[];
  readonly tree: ts.SourceFile;
  readonly imports: readonly Import[];
}

/** One thing a file refers to by a specifier: an import, a re-export, or a worker's URL. */
export interface Import {
  readonly specifier: string;
  readonly line: number;
}

/** Every file people wrote below a folder, hidden ones too, relative to the root. */
export function everyFile(root: string, folder = ''): readonly string[] {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .flatMap((entry) => {
      const path = posix.join(folder, entry.name);
      const isOurs = !NOT_OURS.has(entry.name) && !BUILT.has(path);
      if (entry.isDirectory()) return isOurs ? everyFile(root, path) : [];
      return entry.isFile() ? [path] : [];
    })
    .sort();
}

/** The packages under `packages` and `apps`. */
export function packagesOf(root: string): readonly Package[] {
  return globSync('{packages,apps}/*/package.json', { cwd: root })
    .sort()
    .map((path) => {
      const folder = path.slice(0, -'/package.json'.length);
      const manifest = readManifest(root, path);
      const name = folder.slice(folder.indexOf('/') + 1);
      const [sources, tests] = [
        parsedUnder(root, `${folder}/src`),
        parsedUnder(root, `${folder}/test`),
      ];
      return { folder, name, manifest, sources, tests };
    });
}

/** The TypeScript files under a folder, parsed; fixtures are data and left out. */
export function parsedUnder(root: string, folder: string): readonly SourceFile[] {
  return globSync(`${folder}/**/*.{ts,tsx}`, { cwd: root })
    .filter((path) => !/\.d\.ts$|(^|\/)fixtures\//.test(path))
    .sort()
    .map((path) => parseFile(root, path));
}

/** Reads and parses one file. */
export function parseFile(root: string, path: string): SourceFile {
  return parseText(readFileSync(join(root, path), 'utf8'), path);
}

/** Parses a text as the file of that path. */
export function parseText(text: string, path: string): SourceFile {
  const tree = ts.createSourceFile(path, text, ts.ScriptTarget.ES2024, true);
  return { path, text, lines: text.split('\n'), tree, imports: importsOf(tree) };
}

/** Reads a package.json. */
export function readManifest(root: string, path = 'package.json'): Manifest {
  return JSON.parse(readFileSync(join(root, path), 'utf8')) as Manifest;
}

/** The text of a file that may be absent. */
export function readIfThere(root: string, path: string): string | undefined {
  const file = join(root, path);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

/** Visits every node below one. */
export function visit(node: ts.Node, see: (node: ts.Node) => void): void {
  ts.forEachChild(node, (child) => {
    see(child);
    visit(child, see);
  });
}

/** The 1-based line a node begins on. */
export function lineOf(tree: ts.SourceFile, node: ts.Node): number {
  return tree.getLineAndCharacterOfPosition(node.getStart(tree)).line + 1;
}

/** Whether a declaration bears `export`. */
export function isExported(statement: ts.Statement): boolean {
  const modifiers = ts.canHaveModifiers(statement) ? ts.getModifiers(statement) : undefined;
  return modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) === true;
}

function importsOf(tree: ts.SourceFile): readonly Import[] {
  const found: Import[] = [];
  visit(tree, (node) => {
    const specifier = specifierOf(node);
    if (specifier !== undefined && ts.isStringLiteralLike(specifier)) {
      found.push({ specifier: specifier.text, line: lineOf(tree, node) });
    }
  });
  return found;
}

function specifierOf(node: ts.Node): ts.Node | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return node.moduleSpecifier;
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument))
    return node.argument.literal;
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    return node.arguments[0];
  }
  // new URL('./worker.ts', import.meta.url), a worker or a program of the package
  const isUrl = ts.isNewExpression(node) && node.expression.getText() === 'URL';
  if (isUrl && node.arguments?.[1]?.getText() === 'import.meta.url') return node.arguments[0];
  return undefined;
}
