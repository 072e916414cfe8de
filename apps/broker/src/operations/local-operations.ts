/** {@link Operations} on a journal that this process has open, or may look at. */
import { randomUUID } from 'node:crypto';
import type { Clock, JsonObject, Logger } from '@viaduct/core';
import type { Journal } from '@viaduct/journal';
import type { JournalReader } from '@viaduct/journal/sqlite';
import type { Configuration } from '../config/configuration.ts';
import { BrokerError } from '../errors.ts';
import { alarmOperations } from './alarm-operations.ts';
import { eventOperations } from './event-operations.ts';
import { letterOperations } from './letter-operations.ts';
import type { Operations } from './operations.ts';
import { replayOperation } from './replay-operation.ts';
import { retiredSinkOperations } from './retired-operations.ts';
import { badRequest } from './today.ts';
import { turnstile, type Turnstile } from './turnstile.ts';

/** What local operations work on. */
export interface LocalOptions {
  /** Its owner's; missing where the folder may only be looked at. */
  readonly journal?: Journal;
  /** A reader of the same folder, closed with the operations. */
  readonly reader: JournalReader;
  /** Whether a broker runs on the journal, in this process. */
  readonly isLive: boolean;
  /** Today's; missing where only the folder is known. */
  readonly configuration: () => Configuration | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Counts something of a source or sink under a word, for metrics. */
  readonly count?: (endpoint: string, word: string, by: number) => void;
  /** Notes down what was changed, where nobody else does. */
  readonly note?: (what: string, request: JsonObject) => void;
  /** Closes what was opened for these operations alone. */
  readonly release?: () => Promise<void>;
}

/** What the parts of the operations share. */
export interface LocalScope {
  readonly reader: JournalReader;
  readonly isLive: boolean;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly turnstile: Turnstile;
  count(endpoint: string, word: string, by: number): void;
  note(what: string, request: JsonObject): void;
  /** Its owner's; missing where the folder may only be looked at. */
  readonly present: Journal | undefined;
  /** To change something; rejects where the folder may only be looked at. */
  journal(): Journal;
  /** Today's, for what has to go by it; rejects where only the folder is known. */
  configuration(): Configuration;
  /** An id that no other replay has. */
  freshId(): string;
}

/** Puts them together. Nothing is read before something is asked. */
export function localOperations(options: LocalOptions): Operations {
  const { reader, isLive } = options;
  const scope = scopeOf(options);
  return {
    broker: isLive ? 'running' : 'stopped',
    deadLetters: letterOperations(scope),
    replay: replayOperation(scope),
    alarms: alarmOperations(scope),
    events: eventOperations(scope),
    retiredSinks: retiredSinkOperations(scope),
    figures: async () => ({
      brokerId: reader.brokerId,
      journal: await (options.journal ?? reader).stats(),
      deadLetters: await reader.deadLetters.count(),
    }),
    close: async () => {
      await reader.close();
      await options.release?.();
    },
  };
}

function scopeOf({ journal, configuration, ...rest }: LocalOptions): LocalScope {
  return {
    ...rest,
    count: rest.count ?? (() => undefined),
    note: rest.note ?? (() => undefined),
    turnstile: turnstile(),
    present: journal,
    journal: () => {
      if (journal !== undefined) return journal;
      throw new BrokerError('VIA_BROKER_BUSY', 'the data folder was opened to look at only');
    },
    configuration: () => {
      const today = configuration();
      if (today !== undefined) return today;
      throw badRequest('this goes by the configuration of the broker: name it with -c');
    },
    freshId: () => `r-${randomUUID()}`,
  };
}
