/**
 * Run as a child process under a limit on file size: appends beyond it, prints the codes it got.
 */
import { JournalError } from '@viaduct/journal';
import { openJournal } from '@viaduct/journal/sqlite';
import { entryNamed } from '../src/contract/contract-bench.ts';
import { systemClock } from './real-clock.ts';

process.on('SIGXFSZ', () => undefined); // Else the system ends the process instead of the write.
const journal = await openJournal({ clock: systemClock(), folder: process.argv[2] ?? '' });
const codes = new Set<string>();
for (let n = 0; n < 20; n += 1) {
  const native = { dialect: 'test', text: 'x'.repeat(500_000), redactions: [] };
  try {
    await journal.append([entryNamed(`e${n}`, [], { native })]);
  } catch (error) {
    codes.add(error instanceof JournalError ? error.code : String(error));
  }
}
console.log([...codes].join());
await journal.close();
