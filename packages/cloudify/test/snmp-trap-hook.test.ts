import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SENT, type CanonicalEvent } from '@viaduct/core';

import {
  readTrapDestination,
  SNMP_TRAP_IMPLEMENTATION,
  snmpTrapHook,
  type TrapDestination,
} from '../src/hooks/snmp-trap-hook.ts';
import { HookFolder, hookText, runOnce } from './hook-setup.ts';

let folder: HookFolder;
beforeEach(() => {
  folder = new HookFolder();
});
afterEach(() => folder.close());

describe('the built-in SNMP hook', () => {
  const sent: { readonly event: CanonicalEvent; readonly destination: TrapDestination }[] = [];
  const implementations = {
    [SNMP_TRAP_IMPLEMENTATION]: snmpTrapHook((event, destination) => {
      sent.push({ event, destination });
      return Promise.resolve(SENT);
    }),
  };

  test('runs for the documented file as it stands, and says that nobody confirmed', async () => {
    const file = join(import.meta.dirname, '../fixtures/hooks-conf/documented-snmp.yaml');
    const sink = await folder.sinkOf(readFileSync(file, 'utf8'), {}, { implementations });
    expect(await runOnce(sink)).toEqual({ kind: 'sent' });
    expect(sent).toMatchObject([
      {
        event: { nativetype: 'workflow_started' },
        destination: { address: '10.239.0.109', port: 162, community: 'testcommunity' },
      },
    ]);
  });

  test.each([
    [{ destination_port: 162, community_string: 'c' }, /destination_address/],
    [{ destination_address: 'h', community_string: 'c' }, /destination_port/],
    [{ destination_address: 'h', destination_port: 0, community_string: 'c' }, /destination_port/],
    [{ destination_address: 'h', destination_port: 162 }, /community_string/],
  ])('needs all three inputs: %j', async (inputs, missing) => {
    const text = hookText({ implementation: SNMP_TRAP_IMPLEMENTATION, inputs });
    const outcome = await runOnce(await folder.sinkOf(text, {}, { implementations }));
    expect(outcome).toMatchObject({ kind: 'refused', code: 'VIA_CLOUDIFY_HOOK_INPUTS' });
    expect('message' in outcome && outcome.message).toMatch(missing);
  });

  test('takes a port that was written as a text', () => {
    const inputs = { destination_address: 'h', destination_port: '162', community_string: '' };
    expect(readTrapDestination(inputs)).toEqual({ address: 'h', port: 162, community: '' });
  });
});
