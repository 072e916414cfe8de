/** A copy of a data folder, taken beside the running broker or after it, and checked. */
import { backupFolder, checkJournal } from '@viaduct/journal/sqlite';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { progressBar } from './progress-bar.ts';
import { failed, reportText, type JournalStreams } from './journal-check.ts';

/** What `viaduct journal backup` was asked for. */
export interface JournalBackupOptions {
  /** The data folder. */
  readonly folder: string;
  /** Where the copy shall be. */
  readonly target: string;
  readonly json: boolean;
}

const MIB = 1024 ** 2;

/** Copies, says how far it is, and checks the copy; 1 where that is not whole. */
export async function runJournalBackup(
  { folder, target, json }: JournalBackupOptions,
  { output, errors }: JournalStreams,
): Promise<ExitCode> {
  try {
    const bar = progressBar(errors);
    const summary = await backupFolder(folder, target, {
      onProgress: ({ bytesDone, bytesTotal }) => {
        const [done, of] = [bytesDone, bytesTotal].map((bytes) => (bytes / MIB).toFixed(1));
        bar.show(bytesDone, bytesTotal, `copied ${done} of ${of} MiB`);
      },
    });
    await bar.clear();
    const report = await checkJournal(summary.folder);
    if (json) {
      await output.write(`${JSON.stringify({ ...summary, isWhole: report.isWhole })}\n`);
    } else {
      const { segments, bytes, last } = summary;
      const size = `${(bytes / MIB).toFixed(1)} MiB in ${segments} segments`;
      await output.write(`${summary.folder}: ${size}, up to position ${last}\n`);
      await output.write(reportText(report));
    }
    return report.isWhole && summary.missing.length === 0 ? EXIT.ok : EXIT.unwell;
  } catch (error) {
    return failed(error, errors);
  }
}
