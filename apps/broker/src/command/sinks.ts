/** What the commands of `viaduct sinks` do. */
import { EXIT, type ExitCode } from '../exit-code.ts';
import type { DropResult, Operations, RetiredSinkState } from '../operations/operations.ts';
import type { Streams } from './carry-out.ts';
import { confirm } from './confirm.ts';
import { shownTime, table } from './table.ts';

const TITLES: readonly string[] = ['SINK', 'OWED', 'REFUSED ONCE', 'OLDEST'];

/** Lists the sinks that were taken out of the configuration, and what they are still owed. */
export async function listRetired(
  { retiredSinks }: Operations,
  json: boolean,
  { output }: Streams,
): Promise<void> {
  const sinks = await retiredSinks.list();
  if (json) {
    for (const sink of sinks) await output.write(`${JSON.stringify(sink)}\n`);
  } else if (sinks.length === 0) {
    await output.write('There is no retired sink.\n');
  } else {
    await output.write(table(TITLES, sinks.map(rowOf), output.columns));
  }
}

function rowOf({ name, events, parked, oldestAt }: RetiredSinkState): readonly string[] {
  return [name, String(events), String(parked), oldestAt === undefined ? '-' : shownTime(oldestAt)];
}

/** How `viaduct sinks drop` was asked for. */
export interface DropOptions {
  readonly reason: string;
  readonly dryRun: boolean;
  readonly yes: boolean;
  readonly json: boolean;
}

/**
 * Says what is lost, asks, and drops the sink. What the sink came to be owed between the question
 * and the answer is not lost with it: the broker refuses then (`VIA_BROKER_SINK_OWED`).
 */
export async function dropRetired(
  { retiredSinks }: Operations,
  name: string,
  { reason, dryRun, yes, json }: DropOptions,
  streams: Streams,
): Promise<ExitCode> {
  const tell = (result: DropResult): Promise<void> =>
    streams.output.write(json ? `${JSON.stringify(result)}\n` : dropText(result));
  const found = await retiredSinks.drop({ name, reason, dryRun: true });
  if (dryRun || (!yes && !json)) await tell(found);
  if (dryRun) return EXIT.ok;
  if (!yes && !(await confirm(streams, new AbortController().signal))) return EXIT.ok;
  await tell(await retiredSinks.drop({ name, reason, events: found.events }));
  return EXIT.ok;
}

function dropText({ name, events, oldestAt, dropped }: DropResult): string {
  const count = `${String(events)} event${events === 1 ? '' : 's'}`;
  const since = oldestAt === undefined ? '' : `, the oldest of ${shownTime(oldestAt)}`;
  if (dropped) return `"${name}" is dropped; ${count} that it was owed are lost to it.\n`;
  return `To drop "${name}": ${count} that it is owed${since} are lost to it. Its dead letters stay.\n`;
}
