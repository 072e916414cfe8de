import type { Writable } from 'node:stream';
import {
  TransportError,
  type AdapterContext,
  type Outcome,
  type Parcel,
  type Sink,
  type SinkCapabilities,
} from '@viaduct/core';

import type { StdoutSinkConfig } from './line-sink-config.ts';
import type { CloudEventMessage } from '../message.ts';
import { formatStructured } from '../format/structured.ts';

/** Whoever reads a pipe confirms nothing. */
export const STDOUT_SINK_CAPABILITIES: SinkCapabilities = {
  confirmation: 'none',
  ordering: 'per-connection',
  batchMax: 1_000,
  concurrencyMax: 1,
};

/** Events in lines; the last line ends too. */
export function linesOf(parcels: readonly Parcel<CloudEventMessage>[]): string {
  const lines = parcels.flatMap(({ natives }) => natives.map(formatStructured));
  return lines.map((line) => `${line}\n`).join('');
}

/**
 * Writes events to standard output and waits until the system took them, so that a slow reader
 * slows this sink and nothing else. `stream` is somebody else's and is never closed here.
 */
export function createStdoutSink(
  _config: StdoutSinkConfig,
  _context: AdapterContext,
  stream: Writable = process.stdout,
): Sink<CloudEventMessage> {
  let isOpen = false;
  let end: ((error: Error) => void) | undefined;
  let lost = new Promise<Error>(() => undefined);
  const broken = (error: Error): void => {
    isOpen = false;
    end?.(gone(error));
  };
  const detach = (): void => {
    isOpen = false;
    stream.off('error', broken);
  };
  return {
    connect(signal) {
      detach();
      if (signal.aborted) return Promise.reject(gone(new Error('called off')));
      if (stream.destroyed || stream.writableEnded) {
        return Promise.reject(gone(new Error('it is closed')));
      }
      lost = new Promise((resolve) => (end = resolve));
      stream.on('error', broken); // a reader that goes away (EPIPE) must not end the program
      isOpen = true;
      return Promise.resolve();
    },
    async send(parcels, signal) {
      if (!isOpen) throw gone(new Error('it is not open'));
      const outcome = await write(stream, linesOf(parcels), signal);
      return parcels.map(() => outcome);
    },
    lost: () => lost,
    close() {
      detach();
      return Promise.resolve();
    },
  };
}

function write(stream: Writable, text: string, signal: AbortSignal): Promise<Outcome> {
  return new Promise((resolve) => {
    const settle = (outcome: Outcome): void => {
      signal.removeEventListener('abort', abort);
      resolve(outcome);
    };
    const abort = (): void => settle(unavailable('called off'));
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
    else {
      stream.write(text, (error) => {
        settle(error ? unavailable(error.message) : { kind: 'sent' });
      });
    }
  });
}

function unavailable(why: string): Outcome {
  const message = `standard output: ${why}`;
  return { kind: 'unavailable', code: 'VIA_CLOUDEVENTS_OUTPUT', message };
}

function gone(cause: Error): TransportError {
  const text = `standard output: ${cause.message}`;
  return new TransportError('permanent', 'VIA_CLOUDEVENTS_OUTPUT', text, { cause });
}
