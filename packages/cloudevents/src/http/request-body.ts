import type { IncomingMessage } from 'node:http';
import type { Clock } from '@viaduct/core';

/** What came of reading a body. */
export type BodyRead =
  | { readonly kind: 'whole'; readonly body: Uint8Array }
  | { readonly kind: 'too-large' }
  /** No room for it at the moment. */
  | { readonly kind: 'no-room' }
  /** The sender stopped in the middle and holds the connection. */
  | { readonly kind: 'timed-out' }
  /** The sender closed the connection in the middle. */
  | { readonly kind: 'aborted' };

/** Bounds of reading a body. */
export interface BodyLimits {
  readonly clock: Clock;
  readonly bytesMax: number;
  readonly timeoutMs: number;
  /** Asked before each piece is kept; false ends the reading. */
  take(bytes: number): boolean;
}

/** Reads a whole body within its bounds. What comes after they are reached is thrown away. */
export function readBody(request: IncomingMessage, limits: BodyLimits): Promise<BodyRead> {
  return new Promise((resolve) => {
    const pieces: Buffer[] = [];
    let length = 0;
    const done = (result: BodyRead): void => {
      cancel();
      request.off('data', data).off('end', end).off('close', close).off('error', close);
      request.on('error', () => undefined);
      request.resume();
      resolve(result);
    };
    const data = (piece: Buffer): void => {
      length += piece.length;
      if (length > limits.bytesMax) done({ kind: 'too-large' });
      else if (limits.take(piece.length)) pieces.push(piece);
      else done({ kind: 'no-room' });
    };
    const end = (): void => done({ kind: 'whole', body: Buffer.concat(pieces, length) });
    const close = (): void => done({ kind: 'aborted' });
    const cancel = limits.clock.after(limits.timeoutMs, () => done({ kind: 'timed-out' }));
    request.on('data', data).on('end', end).on('close', close).on('error', close);
  });
}
