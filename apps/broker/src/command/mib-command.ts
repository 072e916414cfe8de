/** `viaduct mib`: what a network manager loads. */
import { Command } from 'commander';
import { createOutput } from '../output.ts';
import type { Finish } from './finish.ts';
import type { MibOptions } from './mib.ts';

/** The definition of the command. */
export function mibCommand(finish: Finish): Command {
  return new Command('mib')
    .description('Print VIADUCT-MIB, which describes what the SNMP sinks send.')
    .option('--base <oid>', 'the enterpriseBase of the sinks (default: that of the sinks)')
    .option('--json', 'one object: { name, base, text }', false)
    .addHelpText(
      'after',
      `
Examples:
  viaduct mib > /usr/share/snmp/mibs/VIADUCT-MIB.txt
  viaduct mib --base 1.3.6.1.4.1.99999.7 > VIADUCT-MIB.txt
  viaduct mib --json | jq -r .base`,
    )
    .action(async (options: MibOptions) => {
      const { runMib } = await import('./mib.ts');
      finish(await runMib(options, createOutput(process.stdout)));
    });
}
