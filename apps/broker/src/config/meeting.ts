/** Whether a source hears what a sink of the same adapter says, by their addresses. */

type Options = Readonly<Record<string, unknown>>;

interface Address {
  readonly host: string;
  readonly port: string;
}

/** Ports that are not written out, by scheme; those of SNMP stand in `NO_SCHEME_PORT`. */
const PORTS: Readonly<Record<string, string>> = {
  http: '80',
  https: '443',
  amqp: '5672',
  amqps: '5671',
};
const NO_SCHEME_PORT = '162';

/**
 * Both are clients of one server (AMQP), or one connects to where the other listens: a sink to a
 * source (traps, webhooks), or a source to a sink (ZeroMQ).
 */
export function meet(source: Options, sink: Options): boolean {
  return (
    someEqual(addresses(source['url']), addresses(sink['url'])) ||
    someReach(addresses(sink['target']), addresses(source['listen'])) ||
    someReach(addresses(sink['url']), addresses(source['listen'])) ||
    someReach(addresses(source['endpoint']), addresses(sink['bind']))
  );
}

function addresses(value: unknown): readonly Address[] {
  return [value].flat().flatMap((text) => {
    const address = typeof text === 'string' ? parseAddress(text) : undefined;
    return address === undefined ? [] : [address];
  });
}

/** `scheme://user@host:port/path`, `host:port`, `[IPv6]:port`. A user, a path are no address. */
function parseAddress(text: string): Address | undefined {
  const match = /^(?:([a-z]+):\/\/)?(?:[^@/]*@)?(\[[^\]]*\]|[^:/?#]+)(?::(\d+))?/.exec(text);
  const [, scheme, host, port] = match ?? [];
  if (host === undefined) return undefined;
  const usual = scheme === undefined ? NO_SCHEME_PORT : (PORTS[scheme] ?? '');
  return { host: host.replace(/^\[|\]$/g, '').toLowerCase(), port: port ?? usual };
}

function someEqual(left: readonly Address[], right: readonly Address[]): boolean {
  return left.some((one) =>
    right.some((other) => one.port === other.port && hostOf(one) === hostOf(other)),
  );
}

/** Whether one of `from` connects to one of `to`: to its address, or it listens on all. */
function someReach(from: readonly Address[], to: readonly Address[]): boolean {
  return from.some((one) =>
    to.some(
      (other) =>
        one.port === other.port &&
        (hostOf(one) === hostOf(other) || (isEverywhere(other) && hostOf(one) === LOOPBACK)),
    ),
  );
}

const LOOPBACK = 'localhost';

/** The names of this machine are one. */
function hostOf({ host }: Address): string {
  return host === '::1' || host.startsWith('127.') ? LOOPBACK : host;
}

function isEverywhere({ host }: Address): boolean {
  return host === '0.0.0.0' || host === '::' || host === '*';
}
