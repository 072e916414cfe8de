/**
 * Run as a child process under strace: appends one entry after the other to the journal in the folder
 * given and prints what came of each, written out before it goes on: `acked e1`, or `refused e1 CODE`.
 */
import { writeSync } from 'node:fs';
import { JournalError } from '@viaduct/journal';
import { openJournal } from '@viaduct/journal/sqlite';
import { claimIfAny, entryNamed } from '../src/contract/contract-bench.ts';
import { systemClock } from './real-clock.ts';

const [folder = '', count = ''] = process.argv.slice(2);
const say = (line: string): void => void writeSync(1, `${line}\n`);
const codeOf = (error: unknown): string =>
  error instanceof JournalError ? error.code : String(error);

try {
  const options = { clock: systemClock(), folder, segmentBytes: 150_000, settleDelayMs: 1 };
  const journal = await openJournal(options);
  const nms = await journal.subscribe('nms', 'start');
  for (let n = 1; n <= Number(count); n += 1) {
    const native = { dialect: 'test', text: `<${n}>`.repeat(1000), redactions: [] };
    try {
      await journal.append([entryNamed(`e${n}`, ['nms'], { native })]);
      say(`acked e${n}`);
      if (n % 10 !== 0) continue;
      const [first] = await claimIfAny(nms, 1);
      if (first !== undefined) await nms.settle([first.entry.position]);
    } catch (error) {
      say(`refused e${n} ${codeOf(error)}`);
    }
  }
  await journal.close();
  say('closed');
} catch (error) {
  say(`stopped ${codeOf(error)}`);
}
process.exit(); // A settle that waits for room must not keep the process.
