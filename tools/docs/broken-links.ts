/** Links of the pages that lead nowhere. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { dirname, normalize } from 'node:path/posix';
import type { Page } from './markdown-page.ts';

/** One sentence for each link whose file or heading is not there. */
export function brokenLinks(root: string, pages: readonly Page[]): readonly string[] {
  const byPath = new Map(pages.map((page) => [page.path, page]));
  return pages.flatMap((page) =>
    page.links.flatMap(({ line, target }) => {
      const [file = '', anchor] = target.split('#');
      const path = file === '' ? page.path : normalize(`${dirname(page.path)}/${file}`);
      if (!existsSync(join(root, path))) return [`${page.path}:${line}: there is no ${path}`];
      const anchors = byPath.get(path)?.anchors;
      if (anchor === undefined || anchors === undefined || anchors.has(anchor)) return [];
      return [`${page.path}:${line}: ${path} has no heading #${anchor}`];
    }),
  );
}
