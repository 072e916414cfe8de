import { join } from 'node:path/posix';
import ts from 'typescript';
import { isExported, lineOf, type SourceFile, visit } from './source-files.ts';

/**
 * Functions, classes and constants that are exported and that no other file names: what is used
 * where it stands needs no `export`, what is used nowhere can go. Types are left out, since those
 * of an exported function's parameters are for its callers. `users` are all files that may import;
 * `entries`, by path, are imported from outside.
 */
export function unusedExports(
  files: readonly SourceFile[],
  users: readonly SourceFile[],
  entries: ReadonlySet<string>,
): readonly string[] {
  const named = new Set(users.flatMap(importedNames));
  return files
    .filter(({ path }) => !entries.has(path) && !named.has(`${path}#*`))
    .flatMap(({ path, tree }) =>
      exportedValues(tree)
        .filter(({ name }) => !named.has(`${path}#${name}`))
        .map(({ name, node }) => `${path}:${lineOf(tree, node)} exports ${name} for nobody`),
    );
}

/** What a file takes from others, as `path#name`; `path#*` where that cannot be told. */
function importedNames({ path, tree }: SourceFile): readonly string[] {
  const found: string[] = [];
  visit(tree, (node) => {
    const from = specifierOf(node);
    if (from?.startsWith('.') !== true) return;
    const target = join(path, '..', from);
    found.push(...namesOf(node).map((name) => `${target}#${name}`));
  });
  return found;
}

function specifierOf(node: ts.Node): string | undefined {
  const at =
    ts.isImportDeclaration(node) || ts.isExportDeclaration(node)
      ? node.moduleSpecifier
      : (ts.isCallExpression(node) || ts.isNewExpression(node)) && isLoading(node)
        ? node.arguments?.[0]
        : undefined;
  return at !== undefined && ts.isStringLiteralLike(at) ? at.text : undefined;
}

/** `import('./x.ts')`, `new URL('./x.ts', import.meta.url)`. */
function isLoading({ expression }: ts.CallExpression | ts.NewExpression): boolean {
  return expression.kind === ts.SyntaxKind.ImportKeyword || expression.getText() === 'URL';
}

function namesOf(node: ts.Node): readonly string[] {
  const named = ts.isImportDeclaration(node)
    ? node.importClause?.namedBindings
    : ts.isExportDeclaration(node)
      ? node.exportClause
      : undefined;
  if (named === undefined || !(ts.isNamedImports(named) || ts.isNamedExports(named))) return ['*'];
  return named.elements.map(({ name, propertyName }) => (propertyName ?? name).text);
}

interface ExportedValue {
  readonly name: string;
  readonly node: ts.Node;
}

function exportedValues(tree: ts.SourceFile): readonly ExportedValue[] {
  return tree.statements.filter(isExported).flatMap((statement): readonly ExportedValue[] => {
    if (ts.isVariableStatement(statement)) {
      return statement.declarationList.declarations.map((node) => ({
        name: node.name.getText(tree),
        node,
      }));
    }
    const isValue = ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement);
    const name = isValue ? statement.name?.text : undefined;
    return name === undefined ? [] : [{ name, node: statement }];
  });
}
