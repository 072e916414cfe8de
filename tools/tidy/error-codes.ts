import ts from 'typescript';
import { everyFile, type Package, readIfThere, visit } from './source-files.ts';

const CODE = /^VIA_[A-Z0-9]+(_[A-Z0-9]+)+$/;

/** Where the codes are documented: one page of introduction, one for each package. */
const PAGES = /^docs\/errors(\.md|\/[^/]+\.md)$/;

/** Codes without a table, tables without a page, pages without a code. */
export function errorCodeFindings(root: string, packages: readonly Package[]): readonly string[] {
  const tables = new Map<string, string>();
  const findings: string[] = [];
  for (const own of packages) {
    const table = `${own.folder}/src/errors.ts`;
    for (const file of own.sources) {
      for (const code of codesIn(file.tree)) {
        if (file.path === table) tables.set(code, table);
      }
    }
  }
  for (const { path, tree } of packages.flatMap(({ sources }) => sources)) {
    for (const code of codesIn(tree)) {
      if (!tables.has(code)) findings.push(`${path} uses ${code}, which is in no src/errors.ts`);
    }
  }
  const documented = headings(root);
  for (const [code, table] of tables) {
    if (!documented.has(code))
      findings.push(`${table} has ${code}, which docs/errors* explain not`);
  }
  for (const [code, page] of documented) {
    if (!tables.has(code)) findings.push(`${page} explains ${code}, which no src/errors.ts has`);
  }
  return findings;
}

/** Codes written as a string or as the name of a property. */
function codesIn(tree: ts.SourceFile): ReadonlySet<string> {
  const codes = new Set<string>();
  visit(tree, (node) => {
    const isName = ts.isStringLiteralLike(node) || ts.isIdentifier(node);
    if (isName && CODE.test(node.text)) codes.add(node.text);
  });
  return codes;
}

function headings(root: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const page of everyFile(root, 'docs').filter((path) => PAGES.test(path))) {
    const text = readIfThere(root, page) ?? '';
    for (const [, code = ''] of text.matchAll(/^### `?(VIA_[A-Z0-9_]+)`?\s*$/gm)) {
      found.set(code, page);
    }
  }
  return found;
}
