/** Every command that docs/dead-letters-and-replay.md shows, run as it stands there. */
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { waitFor } from '@viaduct/testkit';
import { openWebScene, stateOf, type Receiver, type WebBroker } from './web-broker.ts';

const PAGE = join(import.meta.dirname, '../../../docs/dead-letters-and-replay.md');
const TEST_MS = 240_000;
const WAIT_MS = 40_000;

let nms: Receiver;
let archive: Receiver;
let broker: WebBroker;

beforeEach(async () => {
  const scene = await openWebScene();
  ({ nms, archive, broker } = scene);
  return scene.close;
});

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
      nms.status = 422;
      await broker.start();
      for (const vm of ['1', '2']) await broker.post(stateOf(vm, 'failed', randomUUID()));
      const letters = async (): Promise<number> =>
        (await broker.run('dlq', 'list', '--json')).stdout.split('\n').length - 1;
      await waitFor(async () => (await letters()) === 2, { timeoutMs: WAIT_MS });
      nms.status = 204;
      const all = await commands();
      expect(all.length).toBeGreaterThan(15);
      for (const command of all) {
        const { code, stderr } = await broker.run(...command);
        expect([command, code, stderr]).toEqual([command, 0, '']);
      }
      // Letters, the replay of what is left of the states, by force, the alarms, once each.
      await waitFor(() => nms.taken.length >= 6 && archive.taken.length >= 4, {
        timeoutMs: WAIT_MS,
      });
    },
    TEST_MS,
  );
});
