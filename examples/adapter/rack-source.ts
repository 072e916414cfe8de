/** Receives the lines of a gateway over TCP. The gateway greets with `READY`, and keeps nothing. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Readable } from 'node:stream';
import {
  type AdapterContext,
  type Delivery,
  type Source,
  type SourceCapabilities,
  TransportError,
} from '@viaduct/core';
import type { RackLine } from './rack-codec.ts';

/** What an operator writes. */
export interface RackSourceConfig {
  readonly host: string;
  readonly port: number;
}

/** The contract suite, the engine and the documentation read this: it must be true. */
export const RACK_CAPABILITIES: SourceCapabilities = {
  redelivery: 'none',
  confirmation: 'none',
  ordering: 'per-connection',
};

/**
 * The longest line that is waited for. What the engine does not ask for stays in the socket, whose
 * buffers are bounded: TCP slows the gateway.
 */
const LINE_LENGTH_MAX = 64 * 1024;

/** A source of one gateway. Opens nothing before `connect`, and never tries twice by itself. */
export function createRackSource(
  { host, port }: RackSourceConfig,
  { clock }: AdapterContext,
): Source<RackLine> {
  let socket: Socket | undefined;
  let lines: AsyncIterator<string> | undefined;
  const lost = (cause?: unknown): TransportError =>
    new TransportError('reconnect', 'VIA_RACK_LOST', `${host}:${String(port)} is gone`, { cause });
  const next = async (): Promise<string | undefined> => {
    const step = await lines?.next();
    return step === undefined || step.done === true ? undefined : step.value;
  };
  const close = (): Promise<void> => {
    socket?.destroy();
    socket = undefined;
    return Promise.resolve();
  };
  return {
    async connect(signal) {
      await close();
      signal.throwIfAborted();
      const opened = connect({ host, port });
      socket = opened;
      const abort = (): void => void opened.destroy();
      signal.addEventListener('abort', abort, { once: true });
      try {
        // One that is closed before it was connected says nothing else.
        const closed = once(opened, 'close').then(() => Promise.reject(new Error('closed')));
        await Promise.race([once(opened, 'connect', { signal }), closed]);
        lines = linesOf(opened);
        if ((await next()) !== 'READY') throw new Error('it did not say READY');
      } catch (cause) {
        opened.destroy();
        throw lost(cause);
      } finally {
        signal.removeEventListener('abort', abort);
      }
    },
    async *deliveries(signal) {
      const opened = socket;
      const abort = (): void => void opened?.destroy();
      signal.addEventListener('abort', abort, { once: true });
      try {
        for (let line = await next(); line !== undefined; line = await next()) {
          if (signal.aborted) return;
          yield [deliveryOf(line, clock.now())];
        }
      } catch (cause) {
        if (!signal.aborted) throw lost(cause);
      } finally {
        signal.removeEventListener('abort', abort);
      }
      if (!signal.aborted) throw lost();
    },
    close,
  };
}

async function* linesOf(opened: Readable): AsyncGenerator<string, void> {
  let rest = '';
  opened.setEncoding('utf8');
  for await (const piece of opened) {
    const parts = (rest + (piece as string)).split('\n');
    rest = parts.pop() ?? '';
    if (rest.length > LINE_LENGTH_MAX) throw new Error('a line without an end');
    yield* parts;
  }
}

/** The gateway waits for no answer, so settling is without effect. */
function deliveryOf(line: string, receivedAt: number): Delivery<RackLine> {
  return { native: { line }, receivedAt, ack: () => undefined, reject: () => undefined };
}
