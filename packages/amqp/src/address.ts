import { TransportError } from '@viaduct/core';

/** One server to connect to, out of a URL. */
export interface Address {
  readonly secure: boolean;
  readonly host: string;
  readonly port: number;
  readonly vhost: string;
  /** `guest` where the URL names nobody, RabbitMQ's own default. */
  readonly username: string;
  readonly password: string;
  /** For messages and logs: the URL without its password. */
  readonly label: string;
}

/** Most servers in one list, over all URLs. */
export const ADDRESSES_MAX = 64;

const SCHEMES: Readonly<Record<string, boolean>> = { amqp: false, rabbit: false, amqps: true };
const PORT = { plain: 5672, tls: 5671 } as const;

/**
 * Reads RabbitMQ URLs, `amqp[s]://user:password@host:port/vhost`. Also takes OpenStack's
 * `transport_url`: scheme `rabbit`, several `user:password@host:port` separated by commas, an
 * optional query (ignored). An empty path is the virtual host `/`; names are percent-decoded.
 * Throws `VIA_AMQP_URL_INVALID`, never with a password in its message.
 */
export function parseAddresses(urls: readonly string[]): readonly Address[] {
  const addresses = urls.flatMap((url) => parseUrl(url.trim()));
  if (addresses.length === 0) throw invalid('the list of URLs is empty');
  if (addresses.length > ADDRESSES_MAX) {
    throw invalid(`${String(addresses.length)} servers are listed, at most ${ADDRESSES_MAX} are`);
  }
  return addresses;
}

function parseUrl(url: string): readonly Address[] {
  const match = /^([a-z]+):\/\/([^/?#]*)(\/[^?#]*)?(?:\?[^#]*)?$/.exec(url);
  const secure = match?.[1] === undefined ? undefined : SCHEMES[match[1]];
  if (match === null || secure === undefined) {
    throw invalid(`"${withoutPassword(url)}" does not begin with amqp://, amqps:// or rabbit://`);
  }
  const vhost = vhostOf(match[3] ?? '', url);
  return (match[2] ?? '').split(',').map((authority) => address(authority, secure, vhost, url));
}

/** `/` and an empty path both mean the virtual host `/`, and so does kombu's `//`. */
function vhostOf(path: string, url: string): string {
  const name = path.slice(1);
  return name === '' || name === '/' ? '/' : decoded(name, url);
}

function address(authority: string, secure: boolean, vhost: string, url: string): Address {
  const at = authority.lastIndexOf('@');
  const login = at === -1 ? undefined : authority.slice(0, at);
  const colon = login?.indexOf(':') ?? -1;
  const username = decoded((colon === -1 ? login : login?.slice(0, colon)) ?? 'guest', url);
  const password =
    login === undefined ? 'guest' : colon === -1 ? '' : decoded(login.slice(colon + 1), url);
  const server = /^(\[[0-9a-fA-F:.]+\]|[^:@[\]\s]+)(?::(\d+))?$/.exec(authority.slice(at + 1));
  const host = server?.[1]?.replace(/^\[|\]$/g, '');
  const port = Number(server?.[2] ?? (secure ? PORT.tls : PORT.plain));
  if (host === undefined || port < 1 || port > 65_535) {
    throw invalid(`"${withoutPassword(url)}" has no host, or a port that is none`);
  }
  const scheme = secure ? 'amqps' : 'amqp';
  const shown = host.includes(':') ? `[${host}]` : host;
  const label = `${scheme}://${username}@${shown}:${String(port)}/${vhost === '/' ? '' : vhost}`;
  return { secure, host, port, vhost, username, password, label };
}

function decoded(text: string, url: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalid(`"${withoutPassword(url)}" has a % that is no percent-encoding; write it as %25`);
  }
}

/** A URL as it may be shown, whatever is wrong with it: without what is between `:` and `@`. */
export function withoutPassword(url: string): string {
  return url.replace(
    /(^(?:[a-z]+:\/\/)?|,)([^:@/,]*):(?!\/\/).*?@(?=[^@]*(?:[,/?#]|$))/g,
    '$1$2:***@',
  );
}

function invalid(message: string): TransportError {
  return new TransportError('permanent', 'VIA_AMQP_URL_INVALID', message);
}
