/** The dialects the page can translate by itself, each loaded when it is first chosen. */
import type { Codec } from '@viaduct/core';

/** A dialect to choose. */
export interface Dialect {
  readonly name: string;
  readonly title: string;
  readonly load: () => Promise<Codec<unknown>>;
}

/** See the file's comment. */
export const DIALECTS: readonly Dialect[] = [
  {
    name: 'opennebula',
    title: 'OpenNebula',
    load: async () => (await import('@viaduct/opennebula/codec')).opennebulaCodec,
  },
  {
    name: 'oslo',
    title: 'OpenStack (oslo.messaging)',
    load: async () => (await import('@viaduct/oslo/codec')).osloCodec,
  },
  {
    name: 'bonfire',
    title: 'BonFIRE',
    load: async () => (await import('@viaduct/bonfire/codec')).bonfireCodec,
  },
  {
    name: 'cloudify',
    title: 'Cloudify',
    load: async () => (await import('@viaduct/cloudify/codec')).cloudifyCodec,
  },
  {
    name: 'snmp',
    title: 'SNMP',
    load: async () => (await import('@viaduct/snmp/codec')).snmpCodec,
  },
  {
    name: 'cloudevents',
    title: 'CloudEvents',
    load: async () => (await import('@viaduct/cloudevents/codec')).cloudeventsCodec,
  },
];

/** The same, for an input to choose from. */
export const DIALECT_CHOICES: readonly { readonly value: string; readonly label: string }[] =
  DIALECTS.map(({ name, title }) => ({ value: name, label: title }));

/** The codec of a dialect of the list. */
export async function loadCodec(name: string): Promise<Codec<unknown>> {
  const dialect = DIALECTS.find((one) => one.name === name);
  if (dialect === undefined) throw new Error(`there is no dialect "${name}"`);
  return dialect.load();
}

/** Loads every codec and the examples: what is loaded needs no network. */
export async function loadAll(): Promise<void> {
  await Promise.allSettled([...DIALECTS.map((one) => one.load()), import('./sample-files.ts')]);
}
