/** Dead letters and checkpoints of the embedded journal: asked of the worker. */
import type { JsonValue } from '@viaduct/core';
import type { Checkpoints, DeadLetters, Position } from '../journal.ts';
import { formatLetter, parseLetter } from './entry-text.ts';
import type { WorkerClient } from './worker-client.ts';

/** What these need of their journal. */
export interface AccessHost {
  readonly client: WorkerClient;
  /** Throws if the journal is closed or failed. */
  check(): void;
}

/** See {@link DeadLetters}. */
export function sqliteDeadLetters(host: AccessHost): DeadLetters {
  return {
    add: async (letters) => {
      host.check();
      await host.client.ask('addLetters', { letters: letters.map(formatLetter) });
    },
    list: async (filter, max) => {
      host.check();
      const rows = await host.client.ask('letters', { filter, max });
      return rows.map(parseLetter);
    },
    get: async (id) => {
      host.check();
      const row = await host.client.ask('letter', { id });
      return row === null ? undefined : parseLetter(row);
    },
    discard: async (ids) => {
      host.check();
      return host.client.ask('discardLetters', { ids });
    },
    count: async () => {
      host.check();
      return host.client.ask('countLetters', null);
    },
  };
}

/** See {@link Checkpoints}. */
export function sqliteCheckpoints(host: AccessHost): Checkpoints {
  return {
    save: async (name, position, value) => {
      host.check();
      const text = JSON.stringify(value);
      await host.client.ask('saveCheckpoint', { name, position, value: text });
    },
    load: async (name) => {
      host.check();
      const row = await host.client.ask('loadCheckpoint', { name });
      if (row === null) return undefined;
      return { position: row.position as Position, value: JSON.parse(row.value) as JsonValue };
    },
  };
}
