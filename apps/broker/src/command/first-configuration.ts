/** The text of a first configuration, with what somebody who edits it next wants to know. */
import type { AnyConfigSchema } from '@viaduct/core';
import type { AdapterEntry } from '../adapters.ts';

/** A kind of source or sink that can be chosen. */
export interface Offer {
  /** What `adapter:` says. */
  readonly adapter: string;
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
const ADDRESS_KEYS: readonly string[] = ['endpoint', 'url', 'target', 'listen', 'file'];

/** Addresses of peers on this machine, by option and the beginning of the adapter's name. */
const USUAL: Readonly<Record<string, string>> = {
  url: '${AMQP_URL:-amqp://guest:guest@127.0.0.1:5672/}',
  'url cloudevents.http': 'http://127.0.0.1:9000/events',
  target: '127.0.0.1:162',
  file: './events.jsonl',
  'file cloudify.hooks': './hooks.conf',
};

/** What else must be said of some, where their schemas have no default. */
const REQUIRED: Readonly<Record<string, string>> = {
  routingKeys: "['#'] # all that is published; an experiment's own key narrows it",
  exchange: 'viaduct',
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
          offerOf(kind === 'default' ? adapter.name : `${adapter.name}.${kind}`, config),
      ),
    );
  return { sources: all('sources'), sinks: all('sinks') };
}

function offerOf(adapter: string, config: AnyConfigSchema): Offer {
  const key = ADDRESS_KEYS.find((one) => Object.hasOwn(config.properties, one));
  if (key === undefined) return { adapter, config, usual: '' };
  const known = USUAL[`${key} ${adapter}`] ?? USUAL[key] ?? '';
  const [value] = [config.properties[key]?.default].flat();
  const usual = typeof value === 'string' ? value : known;
  return { adapter, config, key, usual };
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
  const { adapter, config, key } = offer;
  const more = (config.required ?? [])
    .filter((required) => required !== key)
    .map((required) => `    ${required}: ${REQUIRED[required] ?? "''"}\n`);
  const about = config.description.replaceAll(/\s+/g, ' ');
  const addressed = key === undefined ? '' : `    ${key}: ${quoted(address)}\n`;
  return `  # ${about}\n  ${name}:\n    adapter: ${adapter}\n${addressed}${more.join('')}    ${hint}\n`;
}

/** In YAML's single quotes nothing but the quote itself is special. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
