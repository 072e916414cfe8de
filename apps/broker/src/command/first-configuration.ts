/** The text of a first configuration, with what somebody who edits it next wants to know. */
import type { AnyConfigSchema } from '@viaduct/core';
import type { AdapterEntry } from '../adapters.ts';

/** A kind of source or sink that can be chosen. */
export interface Offer {
  /** What `adapter:` says. */
  readonly adapter: string;
  readonly role: 'sources' | 'sinks';
  readonly config: AnyConfigSchema;
  /** The option that holds its address; missing where it needs none. */
  readonly key?: string;
  /** The address where nobody says another. */
  readonly usual: string;
}

/** A source or sink that was chosen. */
export interface Chosen {
  readonly name: string;
  readonly offer: Offer;
  readonly address: string;
}

/** Options that hold an address, the most telling first. */
const ADDRESS_KEYS: readonly string[] = ['endpoint', 'bind', 'url', 'target', 'listen', 'file'];

/** BonFIRE's own virtual host. */
const BONFIRE_URL = '${BONFIRE_URL:-amqp://guest:guest@127.0.0.1:5672/bonfire}';

/**
 * Addresses of peers on this machine, by option and adapter, or by option alone where the adapter
 * has no default.
 */
const USUAL: Readonly<Record<string, string>> = {
  // Where it is by default, OpenNebula's own hook driver would be, or a source.
  'bind opennebula': 'tcp://127.0.0.1:2111',
  'url bonfire': BONFIRE_URL,
  'url bonfire.durable': BONFIRE_URL,
  url: '${AMQP_URL:-amqp://guest:guest@127.0.0.1:5672/}',
  'url cloudevents.http': 'http://127.0.0.1:9000/events',
  target: '127.0.0.1:162',
  file: './events.jsonl',
  'file cloudify.hooks': './hooks.conf',
};

const EXPERIMENT = "['3fdff0c64c51135f4e5e'] # of your experiment: routing_key in its API document";

/** What else must be said of some, so that they do something. */
const MORE: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'sources bonfire': { routingKeys: EXPERIMENT },
  'sources bonfire.durable': { routingKeys: EXPERIMENT },
  'sources cloudevents.amqp': { queue: 'viaduct # or "exchange", and a queue is bound to it' },
  'sinks cloudevents.amqp': { exchange: 'viaduct' },
  'sinks snmp': { community: "'${SNMP_COMMUNITY:-public}' # version 3 has users instead" },
};

/** What can be chosen. */
export async function endpointsOf(
  adapters: readonly AdapterEntry[],
): Promise<{ readonly sources: readonly Offer[]; readonly sinks: readonly Offer[] }> {
  const loaded = await Promise.all(adapters.map((entry) => entry.load()));
  const all = (role: 'sources' | 'sinks') =>
    loaded.flatMap((adapter) =>
      Object.entries<{ readonly config: AnyConfigSchema }>(adapter[role]).map(
        ([kind, { config }]) =>
          offerOf(role, kind === 'default' ? adapter.name : `${adapter.name}.${kind}`, config),
      ),
    );
  return { sources: all('sources'), sinks: all('sinks') };
}

function offerOf(role: Offer['role'], adapter: string, config: AnyConfigSchema): Offer {
  const key = ADDRESS_KEYS.find((one) => Object.hasOwn(config.properties, one));
  if (key === undefined) return { adapter, role, config, usual: '' };
  const [value] = [config.properties[key]?.default].flat();
  const otherwise = typeof value === 'string' ? value : (USUAL[key] ?? '');
  return { adapter, role, config, key, usual: USUAL[`${key} ${adapter}`] ?? otherwise };
}

/** What stands in the file. */
export interface FirstConfiguration {
  readonly name: string;
  /** The schema, as the file names it. */
  readonly schema: string;
  readonly sources: readonly Chosen[];
  readonly sinks: readonly Chosen[];
}

/** The text; good as it is where the addresses are. */
export function firstConfiguration({ name, schema, sources, sinks }: FirstConfiguration): string {
  const from = sources.map((source) => source.name).join(', ');
  const to = sinks.map((sink) => sink.name).join(', ');
  return `# yaml-language-server: $schema=${schema}
#
# A broker between infrastructures. "viaduct check" says what is wrong with this file, and
# "viaduct adapters" what can stand in it. \${NAME} is a variable of the environment, and
# \${file:PATH} the text of a file: passwords belong there.

broker:
  name: ${quoted(name)}
  # The journal: what was accepted and is still owed, and what was delivered for a while.
  data: ./data
  # Console, API and metrics. Beyond loopback it needs tokens or users.
  admin: { listen: '127.0.0.1:8080' }

# Where events come from.
sources:
${sources.map((source) => entryText(source, SOURCE_HINT)).join('\n')}
# Where they go. What cannot be reached is tried again; nothing that is owed to it is lost.
sinks:
${sinks.map((sink) => entryText(sink, SINK_HINT)).join('\n')}
# Which event goes where; an event may take several routes, and reaches each sink once.
routes:
  - name: everything
    from: [${from}]
    # match: { kind: compute, state: [failed, unknown], severity: '>=warning' }
    to: [${to}]
`;
}

const SOURCE_HINT = "# ignore: ['a.native.type.*']   # dropped before the journal, and counted";

const SINK_HINT = '# ratePerSecond: 200   # where the receiver takes no more';

function entryText({ name, offer, address }: Chosen, hint: string): string {
  const { adapter, role, config, key } = offer;
  const more = Object.entries(MORE[`${role} ${adapter}`] ?? {}).map(
    ([option, value]) => `    ${option}: ${value}\n`,
  );
  const about = config.description.replaceAll(/\s+/g, ' ');
  const addressed = key === undefined ? '' : `    ${key}: ${quoted(address)}\n`;
  return `  # ${about}\n  ${name}:\n    adapter: ${adapter}\n${addressed}${more.join('')}    ${hint}\n`;
}

/** In YAML's single quotes nothing but the quote itself is special. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
