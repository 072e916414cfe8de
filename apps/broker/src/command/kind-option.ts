import { KINDS } from '@viaduct/core';
import { Option } from 'commander';

/** The option that leaves out what is about resources of other kinds. */
export function kindOption(): Option {
  return new Option('--kind <kind>', 'about a resource of this kind').choices(KINDS);
}
