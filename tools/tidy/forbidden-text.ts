import ts from 'typescript';
import { lineOf, type Package, type SourceFile, visit } from './source-files.ts';

/** File and folder names that say nothing about what is inside. */
const EMPTY_NAMES =
  /(^|\/)(utils?|helpers?|common|misc|shared|manager|service|base|types|[^/]*-(utils?|helpers?|manager))(\.[a-z]+|\/)/;

/** Calls whose answer depends on when they are made; `Clock` of core is passed instead. */
const AMBIENT_CALLS = new Set([
  'Date.now',
  'Math.random',
  'performance.now',
  'setTimeout',
  'setInterval',
  'crypto.randomUUID',
  'randomUUID',
]);

/** Files, and folders ending in a slash, where time and chance may come from, and why. */
export type AmbientPlaces = Readonly<Record<string, string>>;

/** Unfinished business. Written so that this file is not its own finding. */
const UNFINISHED = /\b(TO[D]O|FIX[M]E|X[X]X|HA[C]K)\b/;

/** A folder of one person's machine, or the address of one registry. */
const OF_ONE_MACHINE = /(^|[\s"'`(=:])\/(work|home|root|Users)\/[\w.]|\bregistry\.[a-z]+\.[a-z]+/;

/** Names of files and folders that say nothing. */
export function nameFindings(paths: readonly string[]): readonly string[] {
  return paths
    .filter((path) => /^(packages|apps|tools)\/.*\.(ts|tsx|js)$/.test(path))
    .filter((path) => EMPTY_NAMES.test(path.replace(/^(packages|apps|tools)\//, '')))
    .map((path) => `${path} has a name that says nothing`);
}

/** Clocks, timers and chance outside the places named for them. */
export function ambientFindings(
  packages: readonly Package[],
  places: AmbientPlaces,
): readonly string[] {
  const found = packages
    .filter(({ folder }) => folder.startsWith('packages/'))
    .flatMap(({ sources }) => sources)
    .flatMap((file) => ambientCalls(file).map((finding) => ({ file: file.path, finding })));
  const covers = (place: string, file: string): boolean =>
    place.endsWith('/') ? file.startsWith(place) : file === place;
  const permitted = Object.keys(places);
  return [
    ...found
      .filter(({ file }) => !permitted.some((place) => covers(place, file)))
      .map(({ finding }) => finding),
    ...permitted
      .filter((place) => !found.some(({ file }) => covers(place, file)))
      .map((path) => `${path} needs no permission for clocks and chance`),
  ];
}

function ambientCalls({ path, tree }: SourceFile): readonly string[] {
  const findings: string[] = [];
  visit(tree, (node) => {
    const isCall = ts.isCallExpression(node) && AMBIENT_CALLS.has(node.expression.getText());
    const isNow =
      ts.isNewExpression(node) &&
      node.expression.getText() === 'Date' &&
      (node.arguments ?? []).length === 0;
    if (isCall || isNow) {
      findings.push(`${path}:${lineOf(tree, node)} ${node.expression.getText()}: take a Clock`);
    }
  });
  return findings;
}

/** Marks of unfinished work, paths of one machine, addresses of registries. */
export function textFindings(path: string, text: string): readonly string[] {
  return text.split('\n').flatMap((line, index) => {
    const at = `${path}:${index + 1}`;
    if (UNFINISHED.test(line)) return [`${at} is unfinished: ${line.trim()}`];
    if (OF_ONE_MACHINE.test(line)) return [`${at} belongs to one machine: ${line.trim()}`];
    return [];
  });
}
