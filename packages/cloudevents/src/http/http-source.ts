import {
  TransportError,
  type AdapterContext,
  type Delivery,
  type Source,
  type SourceCapabilities,
} from '@viaduct/core';

import { isOpen, type HttpSourceConfig } from './http-source-config.ts';
import { parseListenAddress } from './listen-address.ts';
import type { CloudEventMessage } from '../message.ts';
import { WebhookServer } from './webhook-server.ts';

/**
 * A sender that gets no 2xx sends again, and waits for the answer before it sends more, if it sends
 * over one connection only.
 */
export const HTTP_SOURCE_CAPABILITIES: SourceCapabilities = {
  redelivery: 'requeue',
  confirmation: 'peer',
  ordering: 'per-connection',
};

/** A webhook receiver that tells where it listens. */
export interface HttpSource extends Source<CloudEventMessage> {
  /** The port, once connected: the configured one, or the one that the system chose for 0. */
  readonly port: number | undefined;
}

/** A webhook receiver. See {@link HttpSourceConfig}; listens from `connect` to `close`. */
export function createHttpSource(config: HttpSourceConfig, context: AdapterContext): HttpSource {
  let server: WebhookServer | undefined;
  const close = async (): Promise<void> => {
    const open = server;
    server = undefined;
    await open?.close();
  };
  const open = async (opening: WebhookServer, signal: AbortSignal): Promise<void> => {
    await close();
    const address = parseListenAddress(config.listen);
    if (isOpen(config) && !config.insecure) throw unprotected(config.listen);
    server = opening;
    try {
      if (signal.aborted) throw calledOff();
      await opening.listen(address);
      // Read again: it was closed, or called off, while it opened.
      if (isAborted(signal) || opening !== server) throw calledOff();
    } catch (error) {
      await opening.close();
      throw error;
    }
  };
  return {
    get port() {
      return server?.port;
    },
    connect: (signal) => open(new WebhookServer(config, context), signal),
    async turnAway(signal) {
      await open(new WebhookServer(config, context, 'turns-away'), signal);
      await new Promise<void>((resolve) => {
        signal.addEventListener('abort', () => resolve(), { once: true });
        if (signal.aborted) resolve();
      });
      await close();
    },
    async *deliveries(signal): AsyncGenerator<readonly Delivery<CloudEventMessage>[]> {
      if (server === undefined) throw calledOff();
      yield* server.batches(signal);
    },
    close,
  };
}

/** Read through a function: the compiler takes an aborted signal for an impossible one. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}

function unprotected(listen: string): TransportError {
  return new TransportError(
    'permanent',
    'VIA_CLOUDEVENTS_UNPROTECTED',
    `listen: ${listen} is reachable from other machines and there is no token: set "token", ` +
      'listen on 127.0.0.1, or write "insecure: true"',
  );
}

function calledOff(): TransportError {
  return new TransportError('reconnect', 'VIA_CLOUDEVENTS_CLOSED', 'the receiver is not open');
}
