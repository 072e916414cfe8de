/** What is wrong right now: the active alarms of a broker, whether it runs or not. */
import type { ActiveAlarm } from '@viaduct/engine';
import { EXIT, type ExitCode } from '../exit-code.ts';
import type { Operations } from '../operations/operations.ts';
import type { Streams } from './carry-out.ts';
import { table } from './table.ts';

const TITLES: readonly string[] = ['SINCE', 'SEVERITY', 'SOURCE', 'SUBJECT', 'NAME', 'CAUSE'];

/** Lists them, the oldest first. */
export async function listAlarms(
  { alarms: known }: Operations,
  json: boolean,
  { output, errors }: Streams,
): Promise<ExitCode> {
  const { alarms, warnings } = await known.list();
  for (const warning of warnings) await errors.write(`not all can be read: ${warning}\n`);
  if (json) {
    for (const alarm of alarms) await output.write(`${JSON.stringify(alarm)}\n`);
    return EXIT.ok;
  }
  if (alarms.length === 0) await output.write('No alarm is active.\n');
  else await output.write(table(TITLES, alarms.map(rowOf), output.columns));
  return EXIT.ok;
}

function rowOf({ since, severity, source, subject, name, cause }: ActiveAlarm): readonly string[] {
  const time = since.replace(/\.\d+Z$/, 'Z');
  return [time, severity, source, subject, name ?? '-', cause ?? '-'];
}
