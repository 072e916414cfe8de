import { userInfo } from 'node:os';
import { JournalError, type Journal } from '@viaduct/journal';
import { openJournal, openJournalReader, requireJournal } from '@viaduct/journal/sqlite';
import { SILENT, type Clock, type JsonObject, type Logger } from '@viaduct/core';
import { createAuditLog } from '../admin/audit-log.ts';
import { connectToBroker } from '../admin/client.ts';
import type { Configuration } from '../config/configuration.ts';
import { BrokerError } from '../errors.ts';
import { localOperations } from './local-operations.ts';
import type { Operations } from './operations.ts';

/** Whose data, and what for. */
export interface OpenOptions {
  /** The data folder. */
  readonly folder: string;
  /** What to go by if no broker runs; one that runs goes by its own. */
  readonly configuration?: Configuration;
  /**
   * `look`: changes nothing, and hinders no broker that starts meanwhile. `change`: owns the folder
   * until it is closed.
   */
  readonly for: 'look' | 'change';
  readonly clock: Clock;
  readonly logger?: Logger;
}

/**
 * The operations of the broker that runs on a folder, else on the folder itself. Rejects with
 * `VIA_JOURNAL_UNREADABLE` where there is no journal, `VIA_BROKER_BUSY` where something has to be
 * changed and a process owns the folder that does not answer, and with errors of the journal.
 */
export async function openOperations(options: OpenOptions): Promise<Operations> {
  const { folder, configuration, clock, logger = SILENT } = options;
  const running = await connectToBroker(folder);
  if (running !== undefined) return running;
  requireJournal(folder);
  const common = { isLive: false, configuration: () => configuration, clock, logger };
  if (options.for === 'look') {
    return localOperations({ ...common, reader: await openJournalReader(folder) });
  }
  const journal = await own(options);
  const audit = createAuditLog(folder, clock, logger);
  const who = userInfo().username;
  const note = (what: string, request: JsonObject): void => {
    audit.write({ who, from: 'command', what, request, status: 200 });
  };
  const release = async (): Promise<void> => {
    await audit.close();
    await journal.close();
  };
  try {
    const reader = await openJournalReader(folder);
    return localOperations({ ...common, journal, reader, note, release });
  } catch (error) {
    await journal.close();
    throw error;
  }
}

async function own({ folder, configuration, clock }: OpenOptions): Promise<Journal> {
  try {
    return await openJournal({ folder, clock, ...configuration?.broker.journal });
  } catch (error) {
    if (!(error instanceof JournalError) || error.code !== 'VIA_JOURNAL_LOCKED') throw error;
    throw new BrokerError(
      'VIA_BROKER_BUSY',
      `${error.message}, and it does not answer on its admin socket: it is starting or stopping, ` +
        'or another command. Ask again in a moment.',
      { cause: error },
    );
  }
}
