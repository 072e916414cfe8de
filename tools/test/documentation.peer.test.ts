/** Every command that the documentation shows is run as it stands there, page by page. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allPages } from '../docs/pages.ts';
import { PAGES_WITH_OWN_TESTS } from '../docs/held-elsewhere.ts';
import type { Block, Page } from '../docs/markdown-page.ts';
import { openSetting, type Setting } from '../docs/setting.ts';
import { commandsToRun, isAsShown, runShell } from '../docs/shell-block.ts';
import { freshVhost, type Vhost } from '../peers/shared-rabbitmq.ts';

const PAGE_TIMEOUT_MS = 240_000;

let vhost: Vhost;

beforeAll(async () => {
  vhost = await freshVhost();
});

afterAll(() => vhost.drop());

const pages = allPages().filter(
  ({ path, blocks }) => blocks.some((block) => isRun(block)) && !PAGES_WITH_OWN_TESTS.has(path),
);

describe('the commands of', () => {
  it.each(pages.map((page) => [page.path, page] as const))(
    '%s',
    async (_path, page) => {
      const setting = await openSetting(page.setting ?? 'plain', vhost.url);
      try {
        await runPage(page, setting);
      } finally {
        await setting.close();
      }
    },
    PAGE_TIMEOUT_MS,
  );
});

async function runPage(page: Page, setting: Setting): Promise<void> {
  let printed = '';
  for (const block of page.blocks) {
    const place = `${page.path}:${String(block.line)}`;
    const { name, value = '' } = block.directive ?? {};
    if (name === 'file') setting.write(value, block.text);
    if (name === 'prints') {
      if (!isAsShown(printed, setting.placed(block.text))) {
        expect(`${place} ${printed}`).toBe(`${place} ${block.text}`);
      }
    }
    if (!isRun(block)) continue;
    const commands = setting.placed(commandsToRun(block.text));
    const { code, stdout, seen } = await runShell(commands, setting.folder, setting.env);
    const wanted = name === 'exits' ? Number(value) : 0;
    expect([place, code, code === wanted ? '' : seen]).toEqual([place, wanted, '']);
    printed = stdout;
  }
}

function isRun({ language, text, directive }: Block): boolean {
  return (
    language === 'sh' &&
    directive?.name !== 'not run' &&
    commandsToRun(text)
      .split('\n')
      .some((line) => line.trim() !== '' && !line.startsWith('#'))
  );
}
