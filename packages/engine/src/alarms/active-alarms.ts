/** Which alarms are active: what the tracker remembers, and what was stored since. */
import { isJsonObject } from '@viaduct/core';
import type { Checkpoints, Journal, Position, StoredEntry } from '@viaduct/journal';
import { ALARM_TRACKER, follow, type AlarmMemory, type RaisedAlarm } from './alarm-tracker.ts';
import { readPage } from '../journal-page.ts';
import { checkpointName } from '../source/source-checkpoints.ts';
import type { TrackerCheckpoint } from '../trackers/tracker-memory.ts';

/** An active alarm, and where it came from. */
export interface ActiveAlarm extends RaisedAlarm {
  readonly key: string;
  /** The configured name of the source. */
  readonly source: string;
}

/** What is needed of a journal, or of a reader beside its owner. */
export interface AlarmRecord extends Pick<Journal, 'read'> {
  readonly checkpoints: Pick<Checkpoints, 'load'> & { names(): Promise<readonly string[]> };
}

/** The alarms of one source, and up to where of the journal they are known. */
interface Known {
  readonly alarms: Map<string, RaisedAlarm>;
  readonly after: Position | undefined;
}

/**
 * The active alarms of all sources, the oldest first. `damaged` is told of stretches of the journal
 * that cannot be read; what was raised or cleared there is not known.
 */
export async function listActiveAlarms(
  record: AlarmRecord,
  damaged: (error: Error) => void,
): Promise<readonly ActiveAlarm[]> {
  const bySource = new Map<string, Known>();
  for (const name of await record.checkpoints.names()) {
    if (!name.startsWith(PREFIX)) continue;
    const saved = await record.checkpoints.load(name);
    if (saved === undefined) continue;
    const alarms = alarmsIn(isJsonObject(saved.value) ? saved.value[ALARM_TRACKER] : undefined);
    bySource.set(name.slice(PREFIX.length), { alarms, after: saved.position });
  }
  // All sources are saved together: one without a checkpoint is newer than those of the others.
  let last = oldest([...bySource.values()]);
  for (;;) {
    const page = await readPage(record, last, damaged);
    for (const entry of page.entries) take(entry, bySource);
    if (page.last === undefined) break;
    last = page.last;
  }
  return [...bySource]
    .flatMap(([source, { alarms }]) =>
      [...alarms].map(([key, alarm]): ActiveAlarm => ({ key, source, ...alarm })),
    )
    .toSorted((one, other) => one.since.localeCompare(other.since));
}

const PREFIX = checkpointName('');

function oldest(sources: readonly Known[]): Position | undefined {
  let found: Position | undefined;
  for (const { after } of sources) {
    if (after !== undefined && (found === undefined || after < found)) found = after;
  }
  return found;
}

function alarmsIn(saved: unknown): Map<string, RaisedAlarm> {
  const alarms = new Map<string, RaisedAlarm>();
  if (!Array.isArray(saved)) return alarms;
  // Written by the tracker; the journal vouches for the bytes.
  for (const [key, memory] of saved as readonly TrackerCheckpoint[]) {
    const { raised } = memory as unknown as AlarmMemory;
    if (raised !== undefined) alarms.set(key, raised);
  }
  return alarms;
}

function take(entry: StoredEntry, bySource: Map<string, Known>): void {
  const { source, position, event, replay } = entry;
  const { alarm } = event.data;
  if (alarm === undefined || replay !== undefined) return;
  let known = bySource.get(source);
  if (known === undefined) bySource.set(source, (known = { alarms: new Map(), after: undefined }));
  if (known.after !== undefined && position <= known.after) return;
  const raised = follow(known.alarms.get(alarm.key), event, alarm);
  if (raised === undefined) known.alarms.delete(alarm.key);
  else known.alarms.set(alarm.key, raised);
}
