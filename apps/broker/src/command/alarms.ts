/** What is wrong right now: the active alarms of a data folder, whether its broker runs or not. */
import { listActiveAlarms, type ActiveAlarm } from '@viaduct/engine';
import { openJournalReader } from '@viaduct/journal/sqlite';
import { EXIT, type ExitCode } from '../exit-code.ts';
import type { Output } from '../output.ts';

/** What `viaduct alarms` was asked for. */
export interface AlarmsOptions {
  /** The data folder. */
  readonly folder: string;
  readonly json: boolean;
}

/** Longest field that is shown to people, in characters. */
const SHOWN_LENGTH_MAX = 60;

/** What must not reach a terminal: events carry texts of strangers. */
const CONTROL = /\p{Cc}|\p{Cf}/gu;

/** Lists them, the oldest first. */
export async function runAlarms(
  { folder, json }: AlarmsOptions,
  output: Output,
  errors: Output,
): Promise<ExitCode> {
  const reader = await openJournalReader(folder);
  const holes: Error[] = [];
  let alarms: readonly ActiveAlarm[];
  try {
    alarms = await listActiveAlarms(reader, (error) => holes.push(error));
  } finally {
    await reader.close();
  }
  for (const { message } of holes) await errors.write(`not all can be read: ${message}\n`);
  if (json) {
    for (const alarm of alarms) await output.write(`${JSON.stringify(alarm)}\n`);
    return EXIT.ok;
  }
  if (alarms.length === 0) await output.write('No alarm is active.\n');
  else await output.write(table(alarms.map(rowOf)));
  return EXIT.ok;
}

const TITLES: readonly string[] = ['SINCE', 'SEVERITY', 'SOURCE', 'SUBJECT', 'NAME', 'CAUSE'];

function rowOf({ since, severity, source, subject, name, cause }: ActiveAlarm): readonly string[] {
  const time = since.replace(/\.\d+Z$/, 'Z');
  return [time, severity, source, subject, name ?? '-', cause ?? '-'].map(shown);
}

function shown(text: string): string {
  const plain = text.replace(CONTROL, '�');
  return plain.length <= SHOWN_LENGTH_MAX ? plain : `${plain.slice(0, SHOWN_LENGTH_MAX - 1)}…`;
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = TITLES.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  return [TITLES, ...rows]
    .map((row) => row.map((text, at) => text.padEnd(widths[at] ?? 0)).join('  '))
    .map((line) => `${line.trimEnd()}\n`)
    .join('');
}
