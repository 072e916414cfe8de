import { BrokerError } from '../errors.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import type { Output } from '../output.ts';

/** Prints VIADUCT-MIB as the SNMP sinks send it under a base. */
export async function runMib(base: string | undefined, output: Output): Promise<ExitCode> {
  // Loaded like every adapter: only when it is used.
  const { DEFAULT_ENTERPRISE_BASE, formatMib, isEnterpriseBase } =
    await import('@viaduct/snmp/codec');
  if (base !== undefined && !isEnterpriseBase(base)) {
    const advice = `Write one below an enterprise number, like ${DEFAULT_ENTERPRISE_BASE}.`;
    const shown = JSON.stringify(base);
    throw new BrokerError('VIA_BROKER_USAGE', `--base ${shown} cannot be a base. ${advice}`);
  }
  await output.write(formatMib(base));
  return EXIT.ok;
}
