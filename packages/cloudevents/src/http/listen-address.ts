import { TransportError } from '@viaduct/core';

/** Where to listen. */
export interface ListenAddress {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /** Whether only programs on this machine can reach it. */
  readonly isLoopback: boolean;
}

/** `127.0.0.1:8081`, `[::1]:8081`, `a.example.org:8081`; throws a permanent error for others. */
export function parseListenAddress(text: string): ListenAddress {
  const match = /^(?:\[([0-9A-Fa-f:.%\w]+)\]|([^:\s/[\]]+)):(\d{1,5})$/.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  if (host === undefined || port > 65_535) {
    throw new TransportError(
      'permanent',
      'VIA_CLOUDEVENTS_ADDRESS',
      `listen: ${JSON.stringify(text)} is not host:port, as 127.0.0.1:8081 or [::1]:8081`,
    );
  }
  return { host, port, isLoopback: isLoopback(host) };
}

function isLoopback(host: string): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|::1|::ffff:127(?:\.\d{1,3}){3})$/i.test(host);
}
