/** What is whole in a data folder and what is not, for people and for programs. */
import { JournalError } from '@viaduct/journal';
import { checkJournal, type CheckReport } from '@viaduct/journal/sqlite';
import { EXIT, type ExitCode } from '../exit-code.ts';
import type { Output } from '../output.ts';

/** What `viaduct journal check` was asked for. */
export interface JournalCheckOptions {
  /** The data folder. */
  readonly folder: string;
  readonly json: boolean;
}

/** Where a command writes. */
export interface JournalStreams {
  readonly output: Output;
  readonly errors: Output;
}

/** Ranges of damage that are listed of one segment; the JSON has all. */
const RANGES_MAX = 10;

/** Checks and prints; 0 when everything is whole, 1 when something is not. */
export async function runJournalCheck(
  { folder, json }: JournalCheckOptions,
  { output, errors }: JournalStreams,
): Promise<ExitCode> {
  try {
    const report = await checkJournal(folder);
    await output.write(json ? `${JSON.stringify(report)}\n` : reportText(report));
    return report.isWhole ? EXIT.ok : EXIT.unwell;
  } catch (error) {
    return failed(error, errors);
  }
}

/** Says what went wrong, with its code; anything but an error of the journal is thrown on. */
export async function failed(error: unknown, errors: Output): Promise<ExitCode> {
  if (!(error instanceof JournalError)) throw error;
  await errors.write(`${error.code}: ${error.message}\n`);
  return EXIT.failed;
}

/** The report as text. */
export function reportText(report: CheckReport): string {
  const { folder, isWhole, entries, segments, deadLetters, strangers } = report;
  const lines = [
    `${folder}: ${isWhole ? 'whole' : 'NOT WHOLE'}`,
    `${counted(entries, 'entry', 'entries')} in ${counted(segments.length, 'segment')}, ` +
      counted(deadLetters.whole, 'dead letter'),
  ];
  for (const problem of report.stateProblems) {
    lines.push(`state.db is damaged, nobody can say what is owed to whom: ${problem}`);
  }
  for (const { file, damaged, problems } of segments) {
    for (const { first, last, reason } of damaged.slice(0, RANGES_MAX)) {
      lines.push(`${file}: ${positions(first, last)} cannot be read: ${reason}`);
    }
    if (damaged.length > RANGES_MAX) {
      lines.push(`${file}: ${damaged.length - RANGES_MAX} more such ranges, see --json`);
    }
    for (const problem of problems) lines.push(`${file}: its structure is damaged: ${problem}`);
  }
  for (const file of strangers) lines.push(`${file}: not a segment that state.db knows`);
  if (deadLetters.damaged > 0) {
    lines.push(`${counted(deadLetters.damaged, 'dead letter')} cannot be read`);
  }
  for (const [name, { pending, parked, lost }] of Object.entries(report.subscriptions)) {
    const unreadable = lost === 0 ? '' : `, up to ${lost} of its entries cannot be read`;
    lines.push(`sink ${name}: ${pending} owed, ${parked} of them parked${unreadable}`);
  }
  if (!isWhole) lines.push('What each damage means and what to do: docs/operations-journal.md');
  return lines.map((line) => `${line}\n`).join('');
}

function positions(first: number, last: number): string {
  if (first === last) return `position ${first}`;
  return `positions ${first} to ${last} (${last - first + 1})`;
}

function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
