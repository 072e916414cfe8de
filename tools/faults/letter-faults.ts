/** Events that their receiver refuses for good: dead letters, sent again by hand. */
import { waitFor } from '@viaduct/testkit';
import type { Rig } from './rig.ts';
import type { Scenario } from './scenario.ts';

const PER_SECOND = 100;
const LETTERS_TIMEOUT_MS = 60_000;

/** How many are listed at once. */
const PAGE = 1_000;

/** Faster than it would be done beside live traffic. */
const REPLAY = ['dlq', 'replay', '--sink', 'web', '--rate', '10000', '--yes', '--json'] as const;

/**
 * A receiver answers 422 for a while, so what it is owed is buried. When it is mended an operator
 * replays the dead letters; the broker dies in the middle of it, and the command is given again.
 */
export const replayLetters: Scenario = {
  name: 'replay-letters',
  fault: 'events refused, dead letters replayed, kill -9 within',
  plan: { sources: ['nova'], sinks: ['bus', 'web'], unordered: ['web'] },
  repetitions: 2,
  run: async (rig) => {
    await rig.startBroker();
    await rig.whileFlowing(PER_SECOND, async () => {
      rig.web.mood = 'refuse';
      await rig.pause(1_500, 4_000);
      rig.web.mood = 'well';
      await waitFor(async () => (await lettersOf(rig)) > 0, {
        timeoutMs: LETTERS_TIMEOUT_MS,
        what: 'dead letters',
      });
      const replay = rig.broker.command(...REPLAY);
      await rig.pause(200, 2_500);
      await rig.broker.kill();
      rig.disrupted('kill -9 while dead letters are replayed');
      await replay;
      await rig.startBroker();
    });
    const again = await rig.broker.command(...REPLAY);
    if (again.code !== 0) throw new Error(`dlq replay exits with ${again.code}: ${again.errors}`);
    const left = await lettersOf(rig);
    if (left > 0) throw new Error(`${left} dead letters are still listed after their replay`);
  },
};

/** How many dead letters there are, at most a page of them. */
async function lettersOf({ broker }: Rig): Promise<number> {
  const { code, output, errors } = await broker.command(
    'dlq',
    'list',
    '--json',
    '--max',
    String(PAGE),
  );
  if (code !== 0) throw new Error(`dlq list exits with ${code}: ${errors}`);
  return output.split('\n').filter((line) => line !== '').length;
}
