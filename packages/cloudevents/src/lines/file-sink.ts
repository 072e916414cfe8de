import {
  DELIVERED,
  TransportError,
  type AdapterContext,
  type Outcome,
  type Sink,
  type SinkCapabilities,
} from '@viaduct/core';

import { EventFile } from './event-file.ts';
import type { FileSinkConfig } from './line-sink-config.ts';
import type { CloudEventMessage } from '../message.ts';
import { linesOf } from './stdout-sink.ts';

/** What is written and synced is where it should be: the disk is the peer, and it confirms. */
export const FILE_SINK_CAPABILITIES: SinkCapabilities = {
  confirmation: 'peer',
  ordering: 'per-connection',
  batchMax: 1_000,
  concurrencyMax: 1,
};

const encoder = new TextEncoder();

/** Events in a file. See {@link FileSinkConfig}; opens nothing before `connect`. */
export function createFileSink(
  config: FileSinkConfig,
  context: AdapterContext,
): Sink<CloudEventMessage> {
  let file: EventFile | undefined;
  /** The end of what was begun last: a file is written by one call at a time. */
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = turn.then(work);
    turn = mine.catch(() => undefined);
    return mine;
  };
  const close = (): Promise<void> =>
    inTurn(async () => {
      const opened = file;
      file = undefined;
      await opened?.close();
    });
  const options = { ...config, path: config.file, sync: config.sync === 'batch' };
  return {
    async connect(signal) {
      await close();
      await inTurn(async () => {
        if (signal.aborted) throw notOpen(config.file);
        try {
          file = await EventFile.open(options, context.clock.now());
        } catch (error) {
          throw failure(config.file, error);
        }
      });
    },
    async send(parcels, signal) {
      const opened = file;
      if (opened === undefined) throw notOpen(config.file);
      if (parcels.length === 0) return [];
      const outcome = await inTurn(async (): Promise<Outcome> => {
        if (signal.aborted || opened !== file) return unavailable(notOpen(config.file));
        try {
          await opened.append(encoder.encode(linesOf(parcels)), context.clock.now());
          return DELIVERED;
        } catch (error) {
          return unavailable(failure(config.file, error));
        }
      });
      return parcels.map(() => outcome);
    },
    close,
  };
}

function unavailable({ code, message }: TransportError): Outcome {
  return { kind: 'unavailable', code, message };
}

function failure(path: string, cause: unknown): TransportError {
  const code = (cause as NodeJS.ErrnoException).code ?? String(cause);
  const text = `${path}: ${PROBLEMS[code] ?? code}`;
  return new TransportError('permanent', 'VIA_CLOUDEVENTS_FILE', text, { cause });
}

const PROBLEMS: Readonly<Record<string, string>> = {
  EACCES: 'not permitted to write there',
  EISDIR: 'this is a folder',
  ENOENT: 'its folder does not exist',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota of the disk is used up',
  EROFS: 'the file system is read-only',
};

function notOpen(path: string): TransportError {
  return new TransportError('reconnect', 'VIA_CLOUDEVENTS_CLOSED', `${path} is not open`);
}
