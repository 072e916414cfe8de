/**
 * Viaduct itself, as `viaduct run` puts it together from a configuration file: nothing is set that
 * an operator would not have by default, but for the addresses and the size of the source's buffer
 * (a burst is published faster than anything here can carry it).
 */
import { ADAPTERS, assembleEngine, loadConfiguration, systemClock } from '@viaduct/broker';
import { SILENT } from '@viaduct/core';
import { openJournal } from '@viaduct/journal/sqlite';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { serveLeg, type LegSettings } from './leg.ts';

await serveLeg(async (settings: LegSettings, confirmed) => {
  await mkdir(settings.folder, { recursive: true });
  const file = join(settings.folder, 'viaduct.yaml');
  await writeFile(file, configurationOf(settings));
  const loaded = await loadConfiguration(file, ADAPTERS, {});
  if (!loaded.ok) throw new Error(loaded.error.map(({ message }) => message).join('\n'));
  const configuration = loaded.value;
  const { broker } = configuration;
  const journal = await openJournal({
    folder: broker.data,
    clock: systemClock,
    ...broker.journal,
  });
  const engine = assembleEngine({
    configuration,
    journal,
    logger: SILENT,
    clock: systemClock,
    random: Math.random,
    count: () => undefined,
    observer: {
      settled: (_sink, _claimed, outcomes) => {
        confirmed(outcomes.filter(({ kind }) => kind === 'delivered').length);
      },
    },
  });
  await engine.start();
  return async () => {
    await engine.stop({ deadlineMs: 5_000 });
    await journal.close();
  };
});

function configurationOf(settings: LegSettings): string {
  const { endpoint, amqpUrl, exchange, queue, folder } = settings;
  const topic = queue.replace('.info', '');
  return `
broker: { name: bench, data: "${join(folder, 'data')}", log: { level: warn } }
sources:
  one: { adapter: opennebula, endpoint: "${endpoint}", bufferBytesMax: 1073741824 }
sinks:
  bus: { adapter: oslo, url: "${amqpUrl}", exchange: ${exchange}, topic: ${topic}, durable: true }
routes:
  - { from: one, to: bus }
`;
}
