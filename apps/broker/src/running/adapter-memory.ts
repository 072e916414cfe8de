import { ADAPTER_MEMORY_LENGTH_MAX, type AdapterMemory } from '@viaduct/core';
import type { Checkpoints, Position } from '@viaduct/journal';

/** It is no projection of the journal: it is as good at any position. */
const NO_POSITION = 0 as Position;

/**
 * The durable place of one source or sink: a checkpoint in the journal under its role and name, so
 * that it goes with the data folder and its backups.
 */
export function adapterMemory(
  checkpoints: Checkpoints,
  role: 'source' | 'sink',
  name: string,
): AdapterMemory {
  const place = `memory/${role}/${name}`;
  return {
    load: async () => (await checkpoints.load(place))?.value,
    save: async (value) => {
      const { length } = JSON.stringify(value);
      if (length > ADAPTER_MEMORY_LENGTH_MAX) {
        const text = `${length} characters, at most ${ADAPTER_MEMORY_LENGTH_MAX} are kept`;
        throw new RangeError(`the memory of ${role} ${name} has ${text}`);
      }
      await checkpoints.save(place, NO_POSITION, value);
    },
  };
}
