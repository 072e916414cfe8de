/** The pages about the project name what there is: packages, folders, scripts, decisions. */
import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { allPages, ROOT } from '../docs/pages.ts';

const FOLDERS = ['packages', 'apps', 'tools', 'docs', 'deploy', 'examples'];

/** What is there only after a build. */
const BUILT = /^apps\/broker\/console(?:\/|$)|\/dist(?:\/|$)/;

function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

/** Code in running text that is a path of the repository, no pattern and no template. */
function pathsIn(page: string): readonly string[] {
  const spans = read(page)
    .replaceAll(/^```.*?^```$/gms, '')
    .matchAll(/`([a-z]+\/[A-Za-z0-9_./-]+)`/g);
  return [...spans]
    .map(([, path = '']) => path)
    .filter((path) => FOLDERS.some((folder) => path.startsWith(`${folder}/`)));
}

describe('the README', () => {
  it('lists every package, under its name and with a link to its folder', () => {
    const rows = [...read('README.md').matchAll(/^\| \[`(@viaduct\/[a-z]+)`\]\(([^)]+)\)/gm)];
    const listed = rows.map(([, name, folder]) => `${name ?? ''} ${folder ?? ''}`);
    const there = globSync('{packages,apps}/*/package.json', { cwd: ROOT }).map((path) => {
      const { name } = JSON.parse(read(path)) as { readonly name: string };
      return `${name} ${dirname(path)}`;
    });
    expect(listed.toSorted()).toEqual(there.toSorted());
  });
});

describe('the pictures of the console', () => {
  it('are in the README, and made by the browser tests', () => {
    const shown = [...read('README.md').matchAll(/!\[[^\]]+\]\(docs\/images\/(\S+)\)/g)];
    const made = [...read('apps/console/test/browser.ts').matchAll(/'(console-[a-z]+\.png)'/g)];
    const kept = readdirSync(join(ROOT, 'docs/images')).toSorted();
    expect(kept.length).toBeGreaterThan(1);
    expect(shown.map(([, name]) => name).toSorted()).toEqual(kept);
    expect(made.map(([, name]) => name).toSorted()).toEqual(kept);
  });
});

it('no page names a file or folder of the repository that there is not', () => {
  const dead = allPages().flatMap(({ path: page }) =>
    pathsIn(page)
      .filter((path) => !BUILT.test(path) && !existsSync(join(ROOT, path)))
      .map((path) => `${page}: ${path}`),
  );
  expect(dead).toEqual([]);
});

it('no page names a metric or an error that there is not', () => {
  const metrics = [...read('docs/metrics.md').matchAll(/^\| `([a-z0-9_]+)`/gm)];
  const errors = globSync(['docs/errors.md', 'docs/errors/*.md'], { cwd: ROOT }).flatMap((path) => [
    ...read(path).matchAll(/\b(VIA_[A-Z0-9_]*[A-Z0-9])\b/g),
  ]);
  const known = new Set([...metrics, ...errors].map(([, name]) => name));
  const dead = allPages().flatMap(({ path }) =>
    [...read(path).matchAll(/\b(?:VIA_[A-Z0-9_]*[A-Z0-9]|viaduct_[a-z_]*[a-z])\b(?!…|\{?_)/g)]
      .map(([name]) => name.replace(/_(?:bucket|sum|count)$/, ''))
      // The adapter that is made up for its page; a function of somebody's plugin.
      .filter((name) => !known.has(name) && !/^VIA_RACK_|^viaduct_event$/.test(name))
      .map((name) => `${path}: ${name}`),
  );
  expect(known.size).toBeGreaterThan(100);
  expect(dead).toEqual([]);
});

describe('CONTRIBUTING.md', () => {
  it('says what every script of npm does', () => {
    const { scripts } = JSON.parse(read('package.json')) as { readonly scripts: object };
    const page = read('CONTRIBUTING.md');
    const isNamed = (name: string): boolean =>
      page.includes(name === 'test' || name === 'start' ? `npm ${name}` : `npm run ${name}\``) ||
      page.includes(`npm run -s ${name} `) ||
      page.includes(`npm run ${name} `);
    expect(Object.keys(scripts).filter((name) => !isNamed(name))).toEqual([]);
  });
});

describe('the decisions', () => {
  it('are listed with their status, each once and in order', () => {
    const rows = [
      ...read('docs/adr/README.md').matchAll(/^\| \[(\d{4})\]\((\S+)\) .*\| (.*?) +\|$/gm),
    ].map(([, number, file, status]) => ({ number, file, status }));
    const files = readdirSync(join(ROOT, 'docs/adr')).filter((name) => /^\d{4}-/.test(name));
    expect(rows).toEqual(
      files.toSorted().map((file) => ({
        number: file.slice(0, 4),
        file,
        status: /^Status: (.+)$/m.exec(read(`docs/adr/${file}`))?.[1],
      })),
    );
  });
});
