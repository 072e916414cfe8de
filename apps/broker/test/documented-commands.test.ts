/** Every command that docs/dead-letters-and-replay.md shows, run as it stands there. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { waitFor } from '@viaduct/testkit';
import { ARRIVAL_MS, openRefusedScene } from './web-scene.ts';

const PAGE = join(import.meta.dirname, '../../../docs/dead-letters-and-replay.md');
/** It starts as many processes as the page has commands. */
const TEST_MS = 240_000;

/** The lines of the page's shell blocks that are commands of ours, as arguments. */
async function commands(): Promise<readonly (readonly string[])[]> {
  const page = await readFile(PAGE, 'utf8');
  return [...page.matchAll(/```sh\n([^]*?)```/g)]
    .flatMap(([, block = '']) => block.split('\n'))
    .filter((line) => line.startsWith('viaduct '))
    .map((line) =>
      [...line.matchAll(/'([^']*)'|(\S+)/g)].slice(1).map(([, text, word = '']) => text ?? word),
    );
}

describe('docs/dead-letters-and-replay.md', () => {
  it(
    'shows commands that work as they stand there',
    async () => {
      const { nms, archive, broker } = await openRefusedScene(2);
      nms.status = 204;
      const all = await commands();
      expect(all.length).toBeGreaterThan(15);
      for (const command of all) {
        const { code, stderr } = await broker.run(...command);
        expect([command, code, stderr]).toEqual([command, 0, '']);
      }
      // Letters, the replay of what is left of the states, by force, the alarms, once each.
      await waitFor(() => nms.taken.length >= 6 && archive.taken.length >= 4, {
        timeoutMs: ARRIVAL_MS,
      });
    },
    TEST_MS,
  );
});
