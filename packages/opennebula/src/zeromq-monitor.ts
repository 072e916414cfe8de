import type { Event, Socket } from 'zeromq';

/**
 * Reads the monitor events of a socket until it is closed. Resolves then; what `onEvent` throws
 * is thrown.
 */
export async function watchSocket(socket: Socket, onEvent: (event: Event) => void): Promise<void> {
  const { events } = socket;
  while (!events.closed) {
    let event: Event;
    try {
      event = await events.receive();
    } catch (thrown) {
      // The read that waits when the monitor is closed ends with an error that means nothing.
      if (socket.closed || events.closed) return;
      throw thrown;
    }
    if (event.type === 'end') return;
    onEvent(event);
  }
}

/** Closes a socket with its monitor. Idempotent; messages still queued linger as configured. */
export function closeSocket(socket: Socket): void {
  if (socket.closed) return;
  socket.events.close();
  socket.close();
}

/** How many heartbeats may stay unanswered. */
const HEARTBEATS_MISSED_MAX = 3;

/** The socket options for a heartbeat every `heartbeatMs` milliseconds; none for 0. */
export function heartbeatOptions(heartbeatMs: number): {
  readonly heartbeatInterval: number;
  readonly heartbeatTimeout?: number;
} {
  if (heartbeatMs === 0) return { heartbeatInterval: 0 };
  return {
    heartbeatInterval: heartbeatMs,
    heartbeatTimeout: heartbeatMs * HEARTBEATS_MISSED_MAX,
  };
}
