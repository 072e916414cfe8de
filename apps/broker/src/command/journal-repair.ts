/** The state file of a stopped broker made anew from what is whole of it. */
import { repairJournal, type RepairSummary } from '@viaduct/journal/sqlite';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { systemClock } from '../system-clock.ts';
import { failed, type JournalStreams } from './journal-check.ts';

/** What `viaduct journal repair` was asked for. */
export interface JournalRepairOptions {
  /** The data folder. */
  readonly folder: string;
  readonly json: boolean;
}

/** Repairs and says what was lost; 0 where nothing was wrong or all could be kept, 1 elsewhere. */
export async function runJournalRepair(
  { folder, json }: JournalRepairOptions,
  { output, errors }: JournalStreams,
): Promise<ExitCode> {
  try {
    const summary = await repairJournal(folder, systemClock.now());
    await output.write(json ? `${JSON.stringify(summary)}\n` : summaryText(folder, summary));
    return summary.losses.length === 0 ? EXIT.ok : EXIT.unwell;
  } catch (error) {
    return failed(error, errors);
  }
}

function summaryText(folder: string, summary: RepairSummary): string {
  const { isRepaired, damagedFile, brokerId, isNewId, known, unknown, deadLetters } = summary;
  if (!isRepaired) return `${folder}: state.db is whole; nothing was changed\n`;
  const lines = [
    `${folder}: state.db was made anew. The events were not touched.`,
    ...(damagedFile === undefined ? [] : [`the damaged file is kept as ${damagedFile}`]),
    ...summary.losses.map((loss) => `lost: ${loss}`),
    `kept: ${deadLetters} dead letters; what is owed to: ${listed(known)}`,
    ...(isNewId
      ? [`this broker has a new id, ${brokerId}: its old trail is another broker's`]
      : []),
  ];
  for (const name of unknown) {
    lines.push(
      `sink ${name}: nobody knows what it has had. It begins anew, as it is configured; send it ` +
        `what it may miss: viaduct replay --from TIME --sink ${name}`,
    );
  }
  return lines.map((line) => `${line}\n`).join('');
}

function listed(names: readonly string[]): string {
  return names.length === 0 ? 'nobody' : names.join(', ');
}
