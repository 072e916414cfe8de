import type { AdapterEntry } from '../adapters.ts';
import type { Report } from './problem.ts';
import type { Substituted } from './substitute.ts';

/** What the parts of the configuration are read with. */
export interface Reading {
  readonly adapters: readonly AdapterEntry[];
  readonly report: Report;
  readonly filledIn: Substituted['filledIn'];
  readonly resolvePath: (written: string) => string;
}
