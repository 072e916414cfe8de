/**
 * What every home of the journal must do, as one Vitest suite: `journalContract(home)` inside a
 * test file runs it. The cases are by subject in `contract/`.
 */
import { describe } from 'vitest';
import { appendCases } from './contract/append-cases.ts';
import { claimCases } from './contract/claim-cases.ts';
import type { ContractHome } from './contract/contract-bench.ts';
import { durabilityCases } from './contract/durability-cases.ts';
import { recordCases } from './contract/record-cases.ts';
import { retentionCases } from './contract/retention-cases.ts';

export type { ContractHome, ContractPlace } from './contract/contract-bench.ts';

/** Declares the suite for one home. */
export function journalContract(home: ContractHome): void {
  describe(`the ${home.name} journal`, () => {
    appendCases(home);
    claimCases(home);
    durabilityCases(home);
    recordCases(home);
    retentionCases(home);
  });
}
