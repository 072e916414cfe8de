import type { Event, Observer, Socket } from 'zeromq';

/**
 * Reads the events of a monitor until its socket is closed and libzmq has said so. A monitor must
 * be read to that end and never be closed before its socket: libzmq hands events over with a
 * blocking send, and one that nobody takes stops its threads, for every socket of the process.
 */
export async function watchMonitor(
  events: Observer,
  onEvent: (event: Event) => void,
): Promise<void> {
  while (!events.closed) {
    const event = await events.receive();
    if (event.type === 'end') return;
    onEvent(event);
  }
}

/** How often {@link openMonitor} tries: each failure moves the next attempt to another address. */
const MONITOR_ATTEMPTS_MAX = 8;

/**
 * Starts the monitor of a new socket, before there is anything to miss. zeromq names a monitor by
 * the memory address of its object; where that was the address of a monitor which libzmq has not
 * quite closed yet, the name is taken (EADDRINUSE), and another attempt gets another address.
 */
export function openMonitor(socket: Socket): Observer {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return socket.events;
    } catch (thrown) {
      const { code } = thrown as { readonly code?: string };
      if (code !== 'EADDRINUSE' || attempt === MONITOR_ATTEMPTS_MAX) throw thrown;
    }
  }
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

/**
 * The socket options that find a peer whose machine is gone and leave alone one that only does not
 * read: TCP's own probes. ZeroMQ's heartbeat would disconnect a slow subscriber, because what
 * asks it waits behind the messages it does not read, and its queue would be lost.
 */
export function keepaliveOptions(idleMs: number): {
  readonly tcpKeepalive: number;
  readonly tcpKeepaliveIdle?: number;
  readonly tcpKeepaliveInterval?: number;
  readonly tcpKeepaliveCount?: number;
} {
  if (idleMs === 0) return { tcpKeepalive: 0 };
  const seconds = Math.ceil(idleMs / 1_000);
  return {
    tcpKeepalive: 1,
    tcpKeepaliveIdle: seconds,
    tcpKeepaliveInterval: seconds,
    tcpKeepaliveCount: HEARTBEATS_MISSED_MAX,
  };
}
