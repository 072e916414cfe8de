import { expect, test } from 'vitest';
import { oneLine, readmeExample } from '../readme-example.ts';

const readme = [
  '```sh',
  "npm install 'of @viaduct/oslo'",
  '```',
  '```ts',
  "import { createOsloSource } from '@viaduct/oslo';",
  '```',
  '```ts',
  "import { osloCodec } from '@viaduct/oslo/codec';",
  '',
  'console.log(osloCodec.dialect); // oslo',
  'console.log({ a: 1, b: 2 });',
  '// { a: 1,',
  '//   b: 2 }',
  'run();',
  '// not printed',
  '```',
  '```js',
  "import { osloCodec } from '@viaduct/oslo/codec';",
  '```',
  '',
].join('\n');

test('the example of a README is its first block that imports the entry', () => {
  const { program } = readmeExample(readme, '@viaduct/oslo/codec');
  expect(program).toMatch(/^import \{ osloCodec \}[^]*\/\/ not printed\n$/);
});

test('what an example prints stands beside or below its console.log, in order', () => {
  const { prints } = readmeExample(readme, '@viaduct/oslo/codec');
  expect(prints).toBe('oslo { a: 1, b: 2 }');
  expect(oneLine('oslo\n{\n  a: 1,\n  b: 2\n}\n')).toBe(prints);
});

test('a README without an example of the entry, or with a silent one, is refused', () => {
  expect(() => readmeExample(readme, '@viaduct/core')).toThrow('no example that imports');
  expect(() => readmeExample(readme, '@viaduct/oslo')).toThrow('does not say what it prints');
});
