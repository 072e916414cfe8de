import { BrokerError } from '../errors.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import type { Output } from '../output.ts';

/** What `viaduct mib` was asked for. */
export interface MibOptions {
  /** The `enterpriseBase` of the sinks, if it is not the usual one. */
  readonly base?: string;
  readonly json: boolean;
}

/** Prints VIADUCT-MIB as the SNMP sinks send it under a base. */
export async function runMib({ base, json }: MibOptions, output: Output): Promise<ExitCode> {
  // Loaded like every adapter: only when it is used.
  const { DEFAULT_ENTERPRISE_BASE, formatMib, isEnterpriseBase } =
    await import('@viaduct/snmp/codec');
  if (base !== undefined && !isEnterpriseBase(base)) {
    const advice = `Write one below an enterprise number, like ${DEFAULT_ENTERPRISE_BASE}.`;
    const shown = JSON.stringify(base);
    throw new BrokerError('VIA_BROKER_USAGE', `--base ${shown} cannot be a base. ${advice}`);
  }
  const text = formatMib(base);
  const told = { name: 'VIADUCT-MIB', base: base ?? DEFAULT_ENTERPRISE_BASE, text };
  await output.write(json ? `${JSON.stringify(told)}\n` : text);
  return EXIT.ok;
}
