import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { undocumented } from '../tidy/doc-comments.ts';
import { errorCodeFindings } from '../tidy/error-codes.ts';
import { ambientFindings, nameFindings, textFindings } from '../tidy/forbidden-text.ts';
import { importFindings } from '../tidy/import-rules.ts';
import { manifestFindings } from '../tidy/manifests.ts';
import { deadSources, deadTools, entriesOf } from '../tidy/reachability.ts';
import { unusedExports } from '../tidy/unused-exports.ts';
import { BUDGET, medianLines, sizeFindings } from '../tidy/size-budget.ts';
import {
  everyFile,
  packagesOf,
  parsedUnder,
  parseFile,
  parseText,
  readManifest,
} from '../tidy/source-files.ts';
import { AMBIENT_PLACES, SIZE_EXCEPTIONS } from '../tidy/exceptions.ts';

const root = join(import.meta.dirname, '../..');
const files = everyFile(root);
const manifest = readManifest(root);
const packages = packagesOf(root);
const tools = parsedUnder(root, 'tools');
const sources = packages.flatMap((own) => own.sources);
const tests = packages.flatMap((own) => own.tests);

/** What describes these rules may name what they forbid; what is generated follows none. */
const OF_NO_CONCERN =
  /(^|\/)fixtures\/|^package-lock\.json$|^LICENSE$|\.(png|svg|gz|pcap|db)$|^tools\/tidy\/exceptions\.ts$/;

/** Tools that the test runner starts by itself. */
const configured = tools
  .map(({ path }) => path)
  .filter((path) => readFileSync(join(root, 'vitest.config.ts'), 'utf8').includes(path));

describe('the repository', () => {
  it('imports only as the layers allow', () => {
    expect(importFindings(packages, manifest)).toEqual([]);
  });

  it('has no source that nothing reaches', () => {
    expect(deadSources(root, packages)).toEqual([]);
  });

  it('has no tool that nothing starts', () => {
    const commands = [
      ...Object.values(manifest.scripts ?? {}),
      readFileSync(join(root, '.ci/run'), 'utf8'),
      readFileSync(join(root, 'Dockerfile'), 'utf8'),
    ];
    const started = [...tests, ...sources, parseFile(root, 'vitest.config.ts')];
    expect(deadTools(tools, started, [...commands, ...configured])).toEqual([]);
  });

  it('exports nothing for nobody', () => {
    const entries = packages.flatMap((own) => entriesOf(root, own));
    const libraries = packages.filter(({ folder }) => folder.startsWith('packages/'));
    const files = [...libraries.flatMap((own) => own.sources), ...tools];
    const users = [...sources, ...tests, ...tools];
    expect(unusedExports(files, users, new Set([...entries, ...configured]))).toEqual([]);
  });

  it('keeps files, functions and lines within the budget', () => {
    const ownTools = tools.filter(({ path }) => !path.endsWith('.test.ts'));
    expect(sizeFindings([...sources, ...ownTools], SIZE_EXCEPTIONS)).toEqual([]);
    expect(medianLines(sources)).toBeLessThanOrEqual(BUDGET.medianFileLines);
  });

  it('documents every error code, and no other', () => {
    expect(errorCodeFindings(root, packages)).toEqual([]);
  });

  it('gives every exported name a doc comment', () => {
    expect(undocumented([...sources, ...tools])).toEqual([]);
  });

  it('names no file emptily', () => {
    expect(nameFindings(files.filter((path) => !OF_NO_CONCERN.test(path)))).toEqual([]);
  });

  it('takes time and chance from outside', () => {
    expect(ambientFindings(packages, AMBIENT_PLACES)).toEqual([]);
  });

  it('holds nothing unfinished and nothing of one machine', () => {
    const findings = files
      .filter((path) => !OF_NO_CONCERN.test(path))
      .flatMap((path) => textFindings(path, readFileSync(join(root, path), 'utf8')));
    expect(findings).toEqual([]);
  });

  it('locks versions without the address of a registry', () => {
    expect(readFileSync(join(root, 'package-lock.json'), 'utf8')).not.toMatch(
      /"resolved": "https?:/,
    );
  });

  it('has manifests that agree', () => {
    expect(manifestFindings(root, manifest, packages)).toEqual([]);
  });
});

describe('the rules themselves catch', () => {
  const untidy = join(import.meta.dirname, 'fixtures/untidy');
  const wrong = packagesOf(untidy);
  const wrongSources = wrong.flatMap((own) => own.sources);

  it('imports against the layers', () => {
    expect(importFindings(wrong, manifest)).toEqual([
      'packages/core/src/index.ts:1 core imports node:fs',
      'packages/core/src/index.ts:2 core has no dependency, but imports fast-xml-parser',
      'packages/core/src/index.ts:2 imports fast-xml-parser, which is not declared',
      'packages/engine/src/index.ts:1 engine must not import @viaduct/oslo/codec',
      'packages/engine/src/index.ts:2 the engine takes interfaces, not a home of them: @viaduct/core/internals',
      'packages/oslo/src/index.ts:1 oslo must not import @viaduct/opennebula/codec',
      'packages/oslo/src/index.ts:2 leaves its package: ../../core/src/index.ts',
      'packages/oslo/src/index.ts:1 imports @viaduct/opennebula/codec, which is not declared',
      'packages/oslo/src/decode.ts:1 is part of ./codec and imports node:zlib',
      'packages/oslo/package.json declares @viaduct/core, which no source names',
      'packages/oslo/package.json declares fflate, which no source names',
    ]);
  });

  it('a dead source', () => {
    expect(deadSources(untidy, wrong)).toEqual([
      'packages/core/src/utils.ts is reached from no entry of @viaduct/core',
    ]);
  });

  it('an export for nobody, be it used where it stands', () => {
    const text = 'export const ONE = 1;\nexport const two = (): number => ONE + ONE;\n';
    const counting = parseText(text, 'src/counting.ts');
    const user = parseText("import { two as pair } from '../src/counting.ts';", 'test/user.ts');
    const all = parseText("export * from './counting.ts';", 'src/all.ts');
    expect(unusedExports([counting], [user], new Set())).toEqual([
      'src/counting.ts:1 exports ONE for nobody',
    ]);
    expect(unusedExports([counting], [user, all], new Set())).toEqual([]);
    expect(unusedExports([counting], [], new Set(['src/counting.ts']))).toEqual([]);
  });

  it('codes without a page, pages without a code, codes without a table', () => {
    expect(errorCodeFindings(untidy, wrong)).toEqual([
      'packages/oslo/src/index.ts uses VIA_OSLO_IN_NO_TABLE, which is in no src/errors.ts',
      'packages/oslo/src/errors.ts has VIA_OSLO_UNDOCUMENTED, which docs/errors* explain not',
      'docs/errors.md explains VIA_OSLO_FORGOTTEN, which no src/errors.ts has',
    ]);
  });

  it('an undocumented export, an empty name, a clock', () => {
    expect(undocumented(wrongSources)).toEqual([
      'packages/core/src/index.ts:4 exports now undocumented',
    ]);
    expect(nameFindings(everyFile(untidy))).toEqual([
      'packages/core/src/utils.ts has a name that says nothing',
    ]);
    expect(ambientFindings(wrong, { 'packages/oslo/': 'never used' })).toEqual([
      'packages/core/src/index.ts:4 Date.now: take a Clock',
      'packages/core/src/utils.ts:3 setTimeout: take a Clock',
      'packages/core/src/utils.ts:3 Math.random: take a Clock',
      'packages/oslo/ needs no permission for clocks and chance',
    ]);
  });

  it('long files, long functions and idle exceptions', () => {
    const body = 'let n = 0;\n'.repeat(BUDGET.functionLines);
    const file = parseText(
      `function long() {\n${body}}\n${'\n'.repeat(BUDGET.fileLines)}`,
      'long.ts',
    );
    expect(sizeFindings([file], {})).toEqual([
      'long.ts has 573 lines',
      'long.ts:1 has a function of 72 lines',
    ]);
    expect(sizeFindings([file], { 'long.ts': 'a table' })).toEqual([]);
    expect(sizeFindings([], { 'gone.ts': 'a table' })).toEqual([
      'gone.ts needs no exception from the size budget',
    ]);
  });

  it('unfinished work, paths of a machine and registries', () => {
    const lines = [
      '// TO' + 'DO later',
      'cd /ho' + 'me/ada/src',
      'https://registry' + '.example.org/x',
    ];
    expect(textFindings('a.ts', ['fine', ...lines].join('\n'))).toHaveLength(lines.length);
  });

  it('manifests that disagree', () => {
    expect(manifestFindings(untidy, { name: 'viaduct', version: '0.1.0' }, wrong)).toEqual([
      'packages/core/package.json has version 0.0.9',
      'packages/core/package.json has no README.md beside it',
      'packages/core/package.json is no project of tsconfig.json',
      'packages/core/package.json is no project of tsconfig.build.json',
      'packages/core/package.json exports . under other conditions than @viaduct/source, types, default',
      'packages/engine/package.json has no README.md beside it',
      'packages/engine/package.json is no project of tsconfig.json',
      'packages/engine/package.json is no project of tsconfig.build.json',
      'packages/engine/package.json has not the LICENSE of the repository beside it',
      'packages/oslo/package.json has license MIT',
      'packages/oslo/package.json has no README.md beside it',
      'packages/oslo/package.json is no project of tsconfig.json',
      'packages/oslo/package.json is no project of tsconfig.build.json',
      'packages/oslo/package.json has not the LICENSE of the repository beside it',
      'packages/oslo/package.json depends on @viaduct/core ^0.1.0, not on 0.1.0',
    ]);
  });
});
