import { openJournalReader } from '@viaduct/journal/sqlite';
import type { RunningBroker } from '../running/running-broker.ts';
import { localOperations } from './local-operations.ts';
import type { Operations } from './operations.ts';

/**
 * {@link Operations} of a broker that runs in this process: they go by the configuration that it
 * has at the moment. Close them before its journal.
 */
export async function liveOperations(broker: RunningBroker): Promise<Operations> {
  const { journal, clock, logger, configuration } = broker;
  return localOperations({
    journal,
    reader: await openJournalReader(configuration.broker.data),
    isLive: true,
    configuration: () => broker.configuration,
    clock,
    logger,
    count: (endpoint, word, by) => broker.count(endpoint, word, by),
  });
}
