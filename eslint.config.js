// @ts-check
import nx from '@nx/eslint-plugin';
import prettier from 'eslint-config-prettier';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

const sources = ['packages/*/src/**/*.ts', 'apps/*/src/**/*.{ts,tsx}'];
const tests = ['**/test/**/*.ts', '**/*.test.ts', 'tools/**/*.ts', '**/*.config.ts'];

/** Files that must run in a browser too: all of core, and what each adapter's ./codec reaches. */
const portable = [
  'packages/core/src/**/*.ts',
  'packages/routing/src/**/*.ts',
  'packages/translation/src/**/*.ts',
  'packages/*/src/{codec,message,mapping}.ts',
  'packages/*/src/**/{decode,encode,mapping,message}*.ts',
  'packages/*/src/{decode,encode,mapping,message}/**/*.ts',
];

/** Who may import whom. tools/test/tidy.test.ts holds the same rules without Nx. */
const layers = [
  { sourceTag: 'layer:core', onlyDependOnLibsWithTags: [] },
  { sourceTag: 'layer:testkit', onlyDependOnLibsWithTags: ['layer:core'] },
  { sourceTag: 'layer:amqp', onlyDependOnLibsWithTags: ['layer:core'] },
  { sourceTag: 'layer:adapter', onlyDependOnLibsWithTags: ['layer:core', 'layer:amqp'] },
  { sourceTag: 'layer:journal', onlyDependOnLibsWithTags: ['layer:core'] },
  { sourceTag: 'layer:routing', onlyDependOnLibsWithTags: ['layer:core'] },
  { sourceTag: 'layer:translation', onlyDependOnLibsWithTags: ['layer:core'] },
  {
    sourceTag: 'layer:engine',
    onlyDependOnLibsWithTags: ['layer:core', 'layer:journal', 'layer:routing'],
  },
  { sourceTag: 'layer:app', onlyDependOnLibsWithTags: ['*'] },
];

export default defineConfig(
  {
    ignores: [
      '**/dist/**',
      '**/node_modules/**',
      '**/fixtures/**',
      '.nx/**',
      'coverage/**',
      'apps/broker/console/**',
    ],
  },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      // Recursive and JSON-shaped types need aliases and index signatures; both forms have uses.
      '@typescript-eslint/consistent-type-definitions': 'off',
      '@typescript-eslint/consistent-indexed-object-style': 'off',
      '@typescript-eslint/non-nullable-type-assertion-style': 'off',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        { allowConstantLoopConditions: 'only-allowed-literals' },
      ],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_' },
      ],
      // Names with a meaning beat "!= null" gymnastics; the compiler checks the rest.
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportAllDeclaration', message: 'List what is exported by hand.' },
        { selector: 'ExportDefaultDeclaration', message: 'Export by name.' },
      ],
      eqeqeq: 'error',
    },
  },
  {
    files: sources,
    plugins: { '@nx': nx },
    rules: {
      '@nx/enforce-module-boundaries': [
        'error',
        {
          depConstraints: layers,
          // Nx counts tests too: core's tests use the testkit, the testkit's sources use core.
          ignoredCircularDependencies: [['@viaduct/core', '@viaduct/testkit']],
        },
      ],
      'no-console': 'error',
      'max-lines': ['error', { max: 500 }],
      'max-lines-per-function': ['error', { max: 70, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    files: portable,
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [{ group: ['node:*'], message: 'This file must run in a browser too.' }] },
      ],
      'no-restricted-globals': [
        'error',
        ...['Buffer', 'process', 'setTimeout', 'setInterval', 'setImmediate', 'fetch'].map(
          (name) => ({ name, message: 'Portable code takes time, input and output from outside.' }),
        ),
      ],
    },
  },
  {
    files: ['packages/engine/src/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: ['@viaduct/journal/*'],
              message: 'The engine knows the journal by its interface; its home is passed in.',
            },
          ],
        },
      ],
    },
  },
  {
    files: tests,
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-empty-function': 'off',
      'no-restricted-syntax': 'off',
    },
  },
  { files: ['tools/**/*.ts', 'packages/*/test/**/*.ts'], rules: { 'no-console': 'off' } },
  prettier,
);
