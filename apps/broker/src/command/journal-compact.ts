/** Makes the data folder of a stopped broker smaller. */
import { compactJournal } from '@viaduct/journal/sqlite';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { systemClock } from '../system-clock.ts';
import { failed, type JournalStreams } from './journal-check.ts';

/** What `viaduct journal compact` was asked for. */
export interface JournalCompactOptions {
  /** The data folder. */
  readonly folder: string;
  /** How long what every sink has stays, for replay. */
  readonly keepMs: number;
  readonly json: boolean;
}

const MIB = 1024 ** 2;

/** Compacts and says what it did. */
export async function runJournalCompact(
  { folder, keepMs, json }: JournalCompactOptions,
  { output, errors }: JournalStreams,
): Promise<ExitCode> {
  try {
    const summary = await compactJournal(folder, { now: systemClock.now(), keepMs });
    if (json) {
      await output.write(`${JSON.stringify(summary)}\n`);
      return EXIT.ok;
    }
    const { bytesBefore, bytesAfter, entries, removed, cut } = summary;
    const [before, after] = [bytesBefore, bytesAfter].map((bytes) => (bytes / MIB).toFixed(1));
    await output.write(
      `${folder}: ${before} MiB, now ${after} MiB: ${entries} delivered entries less, ` +
        `${removed} segments removed, ${cut} cut\n`,
    );
    return EXIT.ok;
  } catch (error) {
    return failed(error, errors);
  }
}
