import { isIPv6 } from 'node:net';

/** A host and a UDP port. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

const BRACKETED = /^\[([0-9A-Fa-f:.]+(?:%[\w.-]+)?)\](?::(\d{1,5}))?$/;
const NAMED = /^([^\s:[\]]+)(?::(\d{1,5}))?$/;

/**
 * Reads `host`, `host:port`, `[IPv6]:port` or a bare IPv6 address; `undefined` for anything else.
 */
export function parseEndpoint(text: string, defaultPort: number): Endpoint | undefined {
  if (isIPv6(text)) return { host: text, port: defaultPort };
  const match = BRACKETED.exec(text) ?? NAMED.exec(text);
  if (match === null) return undefined;
  const [, host = '', digits] = match;
  const port = digits === undefined ? defaultPort : Number(digits);
  const isAddress = text.startsWith('[') ? isIPv6(host) : true;
  return isAddress && port >= 1 && port <= 65_535 ? { host, port } : undefined;
}

/** An endpoint as it is written. */
export function formatEndpoint({ host, port }: Endpoint): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Whether only this machine reaches an address. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}
