/** The one place that lists adapters: a new protocol is a new folder and one entry here. */
import type { Adapter, Codec } from '@viaduct/core';

/** An adapter that is loaded when it is first used: translating needs no socket library. */
export interface AdapterEntry {
  /** What `adapter:` says in a configuration; the dialect's name. */
  readonly name: string;
  loadCodec(): Promise<Codec<unknown>>;
  load(): Promise<Adapter>;
}

/**
 * The same adapters, each made once: what an adapter shares among its sinks, such as a number of
 * processes, it shares over all readings of a configuration.
 */
export function madeOnce(adapters: readonly AdapterEntry[]): readonly AdapterEntry[] {
  return adapters.map((entry) => {
    let made: Promise<Adapter> | undefined;
    return { ...entry, load: () => (made ??= entry.load()) };
  });
}

/** Every adapter of this build, in alphabetical order. */
export const ADAPTERS: readonly AdapterEntry[] = [
  {
    name: 'bonfire',
    loadCodec: async () => (await import('@viaduct/bonfire/codec')).bonfireCodec,
    load: async () => (await import('@viaduct/bonfire')).bonfireAdapter,
  },
  {
    name: 'cloudevents',
    loadCodec: async () => (await import('@viaduct/cloudevents/codec')).cloudeventsCodec,
    load: async () => (await import('@viaduct/cloudevents')).cloudeventsAdapter,
  },
  {
    name: 'cloudify',
    loadCodec: async () => (await import('@viaduct/cloudify/codec')).cloudifyCodec,
    load: async () => {
      const { createCloudifyAdapter } = await import('@viaduct/cloudify');
      const { hookImplementations } = await import('./hook-implementations.ts');
      return createCloudifyAdapter({ implementations: await hookImplementations() });
    },
  },
  {
    name: 'opennebula',
    loadCodec: async () => (await import('@viaduct/opennebula/codec')).opennebulaCodec,
    load: async () => (await import('@viaduct/opennebula')).opennebulaAdapter,
  },
  {
    name: 'oslo',
    loadCodec: async () => (await import('@viaduct/oslo/codec')).osloCodec,
    load: async () => (await import('@viaduct/oslo')).osloAdapter,
  },
  {
    name: 'snmp',
    loadCodec: async () => (await import('@viaduct/snmp/codec')).snmpCodec,
    load: async () => (await import('@viaduct/snmp')).snmpAdapter,
  },
];
