import {
  ADAPTERS,
  assembleEngine,
  observers,
  readConfiguration,
  startAdmin,
  systemClock,
} from '@viaduct/broker';
import { SILENT, type Outcome } from '@viaduct/core';
import { openJournal } from '@viaduct/journal/sqlite';
import { mkdir } from 'node:fs/promises';

/**
 * A broker of a configuration, as `viaduct run` puts it together, with the admin API watching;
 * relative paths begin at `folder`. Returns how it is stopped.
 */
export async function startBroker(
  folder: string,
  configuration: string,
  settled: (outcomes: readonly Outcome[]) => void,
): Promise<() => Promise<void>> {
  await mkdir(folder, { recursive: true });
  const around = { environment: {}, folder };
  const read = await readConfiguration('viaduct.yaml', configuration, ADAPTERS, around);
  if (!read.ok) throw new Error(read.error.map(({ message }) => message).join('\n'));
  const { broker } = read.value;
  const journal = await openJournal({ folder: broker.data, clock: systemClock, ...broker.journal });
  const admin = await startAdmin({
    broker,
    adapters: ADAPTERS,
    environment: {},
    logger: SILENT,
    clock: systemClock,
  });
  const engine = assembleEngine({
    configuration: read.value,
    journal,
    logger: SILENT,
    clock: systemClock,
    random: Math.random,
    count: () => undefined,
    observer: observers([
      admin.observer,
      { settled: (_sink, _claimed, outcomes) => settled(outcomes) },
    ]),
  });
  await engine.start();
  return async () => {
    await engine.stop({ deadlineMs: 5_000 });
    await journal.close();
    await admin.close();
  };
}
