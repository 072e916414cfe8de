import ts from 'typescript';
import { isExported, lineOf, type SourceFile } from './source-files.ts';

/** Exported declarations without a doc comment. */
export function undocumented(files: readonly SourceFile[]): readonly string[] {
  return files.flatMap(({ path, tree }) => {
    const seen = new Set<string>();
    return tree.statements.filter(isExported).flatMap((statement) => {
      const names = namesOf(statement).filter((name) => !seen.has(name));
      names.forEach((name) => seen.add(name)); // the first of several overloads speaks for all
      const isDocumented = ts.getJSDocCommentsAndTags(statement).length > 0;
      return isDocumented
        ? []
        : names.map((name) => `${path}:${lineOf(tree, statement)} exports ${name} undocumented`);
    });
  });
}

function namesOf(statement: ts.Statement): readonly string[] {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.map(({ name }) => name.getText());
  }
  const { name } = statement as ts.Statement & { readonly name?: ts.Identifier };
  return name === undefined ? [] : [name.text];
}
