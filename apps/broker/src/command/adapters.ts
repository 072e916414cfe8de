import type {
  Adapter,
  AnyConfigSchema,
  AnySinkKind,
  AnySourceKind,
  ConfigField,
} from '@viaduct/core';
import type { AdapterEntry } from '../adapters.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import type { Output } from '../output.ts';

/** What an adapter offers, as `viaduct adapters --json` prints it. */
export interface AdapterListing {
  readonly name: string;
  readonly stability: string;
  readonly summary: string;
  readonly sources: readonly KindListing[];
  readonly sinks: readonly KindListing[];
}

/** One kind of source or sink. */
export interface KindListing {
  /** What `adapter:` says in a configuration. */
  readonly adapter: string;
  readonly description: string;
  readonly capabilities: object;
  /** What it has instead under some configurations. */
  readonly variants?: readonly VariantListing[];
  readonly options: readonly OptionListing[];
}

/** Capabilities under a condition, `inform: true`. */
export interface VariantListing {
  readonly when: string;
  readonly capabilities: object;
}

/** One option of a kind. */
export interface OptionListing {
  readonly name: string;
  readonly type: string;
  readonly required: boolean;
  readonly default?: unknown;
  readonly unit?: string;
  readonly secret?: boolean;
  readonly description: string;
}

/** Lists what one adapter offers. */
export function adapterListing(adapter: Adapter): AdapterListing {
  const { name, stability, summary } = adapter;
  const sources = kindsOf(name, adapter.sources);
  return { name, stability, summary, sources, sinks: kindsOf(name, adapter.sinks) };
}

/** Lists what can stand behind `adapter:`. */
export async function runAdapters(
  entries: readonly AdapterEntry[],
  options: { readonly json: boolean },
  output: Output,
): Promise<ExitCode> {
  for (const entry of entries) {
    const adapter = await entry.load();
    const listing = adapterListing(adapter);
    const { sources, sinks } = listing;
    await output.write(
      options.json ? `${JSON.stringify(listing)}\n` : formatAdapter(adapter, sources, sinks),
    );
  }
  return EXIT.ok;
}

type Kinds = Readonly<Record<string, AnySourceKind<unknown> | AnySinkKind<unknown>>>;

function kindsOf(name: string, kinds: Kinds): KindListing[] {
  return Object.entries(kinds).map(([kindName, kind]) => ({
    adapter: kindName === 'default' ? name : `${name}.${kindName}`,
    description: kind.config.description,
    capabilities: kind.capabilities,
    ...variantsOf(kind),
    options: optionsOf(kind.config),
  }));
}

function variantsOf(kind: Kinds[string]): Pick<KindListing, 'variants'> {
  const variants = 'variants' in kind ? kind.variants : undefined;
  if (variants === undefined) return {};
  return { variants: variants.map(({ when, capabilities }) => ({ when, capabilities })) };
}

function optionsOf(schema: AnyConfigSchema): OptionListing[] {
  return Object.entries(schema.properties).map(([name, field]) => ({
    name,
    type: typeName(field),
    required: schema.required?.includes(name) === true,
    ...(field.default === undefined ? {} : { default: field.default }),
    ...(field.unit === undefined ? {} : { unit: field.unit }),
    ...(field.secret === true ? { secret: true } : {}),
    description: field.description,
  }));
}

/** A field's type in a word or two: `list of text`, `one of v1, v2`. */
export function typeName(field: ConfigField): string {
  switch (field.type) {
    case 'array':
      return `list of ${typeName(field.items)}`;
    case 'map':
      return `mapping of ${typeName(field.values)}`;
    case 'object':
      return 'mapping';
    case 'string':
      return field.enum === undefined
        ? (field.format ?? 'text')
        : `one of ${field.enum.join(', ')}`;
    case 'integer':
      return 'whole number';
    case 'number':
      return 'number';
    case 'boolean':
      return 'true or false';
  }
}

function formatAdapter(
  adapter: Adapter,
  sources: readonly KindListing[],
  sinks: readonly KindListing[],
): string {
  const lines = [`${adapter.name} (${adapter.stability}): ${adapter.summary}`];
  for (const kind of sources) lines.push(...formatKind('source', kind));
  for (const kind of sinks) lines.push(...formatKind('sink', kind));
  return `${lines.join('\n')}\n\n`;
}

function declared({ capabilities }: Pick<KindListing, 'capabilities'>): string {
  const words = Object.entries(capabilities).map(([name, value]) => `${name} ${String(value)}`);
  return words.join(' · ');
}

function formatKind(noun: string, kind: KindListing): string[] {
  const width = Math.max(...kind.options.map(({ name }) => name.length));
  return [
    `  ${noun} ${kind.adapter}: ${kind.description}`,
    `    ${declared(kind)}`,
    ...(kind.variants ?? []).map((variant) => `    with ${variant.when}: ${declared(variant)}`),
    ...kind.options.map((option) => {
      const value = option.required ? 'required' : shownDefault(option.default);
      return `      ${option.name.padEnd(width)}  ${option.type}${value === '' ? '' : `, ${value}`}`;
    }),
  ];
}

function shownDefault(value: unknown): string {
  return value === undefined ? '' : `default ${JSON.stringify(value)}`;
}
