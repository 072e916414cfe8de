/** What the documentation shows and says is true, as far as no other program is needed for it. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { normalize } from 'node:path/posix';
import { afterAll, describe, expect, it } from 'vitest';
import { ADAPTERS, formatProblem, readConfiguration } from '@viaduct/broker';
import { brokenLinks } from '../docs/broken-links.ts';
import {
  completed,
  isConfiguration,
  isHooksFile,
  LONG_ENOUGH,
} from '../docs/configuration-block.ts';
import { PAGES_WITH_OWN_TESTS } from '../docs/held-elsewhere.ts';
import { readPage } from '../docs/markdown-page.ts';
import { allPages, ROOT } from '../docs/pages.ts';
import { isAsShown } from '../docs/shell-block.ts';

const pages = allPages();
const blocks = pages.flatMap((page) => page.blocks.map((block) => ({ page: page.path, ...block })));
const at = ({ page, line }: { readonly page: string; readonly line: number }): string =>
  `${page}:${String(line)}`;

/** Every value from outside is there, and long enough for a password. */
const environment = new Proxy<Record<string, string>>(
  {},
  {
    get: (_, name) => (String(name) === 'AMQP_URL' ? 'amqp://guest:guest@127.0.0.1/' : LONG_ENOUGH),
    has: () => true,
  },
);

describe('the pages', () => {
  it('have no link that leads nowhere', () => {
    expect(brokenLinks(ROOT, pages)).toEqual([]);
  });

  it('are all reached from docs/README.md', () => {
    const reached = new Set<string>();
    const waiting = ['docs/README.md'];
    for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
      if (reached.has(path)) continue;
      reached.add(path);
      const page = pages.find((each) => each.path === path);
      waiting.push(
        ...(page?.links ?? []).map(({ target }) =>
          normalize(join(path, '..', target.replace(/#.*/, ''))),
        ),
      );
    }
    const lost = pages.map(({ path }) => path).filter((path) => path.startsWith('docs/'));
    expect(lost.filter((path) => !reached.has(path))).toEqual([]);
  });

  it('have the tests of their own that are named for them', () => {
    const missing = [...PAGES_WITH_OWN_TESTS].filter(([, file]) => !existsSync(join(ROOT, file)));
    expect(missing).toEqual([]);
  });

  it('name no script of npm that there is not', () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      readonly scripts: Readonly<Record<string, string>>;
    };
    const named = blocks
      .filter(({ language }) => language === 'sh')
      .flatMap((block) =>
        [...block.text.matchAll(/npm run (?:-s )?([a-z:-]+)/g)].map(([, name = '']) => name),
      );
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });
});

describe('a configuration in the pages', () => {
  const folder = mkdtempSync(join(tmpdir(), 'viaduct-docs-'));
  writeFileSync(
    join(folder, 'hooks.conf'),
    'hooks: [{ event_type: workflow_failed, implementation: ops.page }]\n',
  );
  afterAll(() => rmSync(folder, { recursive: true }));
  const shown = blocks.filter(
    ({ page, language, directive }) =>
      language === 'yaml' && directive?.name !== 'not run' && !PAGES_WITH_OWN_TESTS.has(page),
  );

  it('is found at all', () => {
    expect(shown.length).toBeGreaterThan(30);
  });

  it.each(shown.map((block) => [at(block), block.text]))('%s is good', async (place, text) => {
    if (isHooksFile(text)) {
      writeFileSync(join(folder, 'shown.conf'), text);
      await expectGood(place, 'sinks: { hooks: { adapter: cloudify.hooks, file: shown.conf } }');
      return;
    }
    expect(isConfiguration(text), `${place} is no configuration: say why it is not run`).toBe(true);
    await expectGood(place, text);
  });

  async function expectGood(place: string, text: string): Promise<void> {
    const around = { environment, folder };
    const read = await readConfiguration(place, completed(text), ADAPTERS, around);
    const problems = read.ok ? [] : read.error;
    expect(problems.map((problem) => formatProblem(place, problem))).toEqual([]);
  }
});

describe('what is not tried', () => {
  const left = blocks.filter(({ directive }) => directive?.name === 'not run');

  it.each(left.map((block) => [at(block), block.directive?.value ?? '']))(
    '%s: %s',
    (_place, reason) => {
      expect(reason.split(' ').length).toBeGreaterThan(3);
    },
  );
});

describe('reading a page', () => {
  const text = [
    '# One `word`, two',
    '',
    '<!-- docs: setting: broker -->',
    'See [there](other.md#a-b) and `[no](link)`.',
    '1. In a list',
    '',
    '   <!-- docs: file: a.yaml -->',
    '',
    '   ```yaml',
    '   a: 1',
    '   ```',
    '',
    '# One word, two',
  ].join('\n');

  it('finds blocks with what is said about them, links and anchors', () => {
    const page = readPage('docs/a.md', text);
    expect(page.setting).toBe('broker');
    expect(page.blocks).toEqual([
      {
        line: 9,
        language: 'yaml',
        text: 'a: 1\n',
        directive: { name: 'file', value: 'a.yaml' },
      },
    ]);
    expect(page.links).toEqual([{ line: 4, target: 'other.md#a-b' }]);
    expect([...page.anchors]).toEqual(['one-word-two', 'one-word-two-1']);
    expect(brokenLinks(ROOT, [page])).toEqual(['docs/a.md:4: there is no docs/other.md']);
  });

  it('refuses what it would not understand', () => {
    expect(() => readPage('a.md', '<!-- docs: no run: x -->')).toThrow('no directive "no run"');
    expect(() => readPage('a.md', '```sh\nls')).toThrow('does not end');
  });
});

describe('comparing what is printed with what is shown', () => {
  it('leaves out what … stands for, and nothing else', () => {
    expect(isAsShown('id 17 at noon\nmore\nlast\n', 'id … at noon\n…\nlast')).toBe(true);
    expect(isAsShown('a    b\n', 'a  b')).toBe(true);
    expect(isAsShown('id 17 at one\nlast\n', 'id … at noon\n…\nlast')).toBe(false);
    expect(isAsShown('one\ntwo\n', 'one\n')).toBe(false);
    expect(isAsShown('axb\n', 'a.b')).toBe(false);
  });
});

describe('making a part of a configuration whole', () => {
  it('adds what its routes name, and leaves what is whole alone', () => {
    const part = completed('- { from: one, to: [nms] }');
    expect(part).toMatch(/sources:\n +one:\n +adapter: cloudevents.http/);
    expect(part).toMatch(/sinks:\n +nms:/);
    const whole = 'sources: { a: {} }\nsinks: { b: {} }\nroutes: [{ from: a, to: b }]\n';
    expect(completed(whole)).toBe(whole);
    expect(isConfiguration('apiVersion: v1')).toBe(false);
  });
});
