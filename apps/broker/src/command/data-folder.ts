import type { AdapterEntry } from '../adapters.ts';
import { goodConfiguration } from './place.ts';

/** Where the broker of a configuration file keeps its journal, for commands that look at it. */
export async function dataFolderOf(
  file: string,
  adapters: readonly AdapterEntry[],
): Promise<string> {
  return (await goodConfiguration(file, adapters)).broker.data;
}
