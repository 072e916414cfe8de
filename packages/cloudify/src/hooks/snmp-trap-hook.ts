import type { AdapterContext, CanonicalEvent, JsonObject, Outcome } from '@viaduct/core';
import type { HookImplementation } from './hook.ts';

/** The name of the original's own hook function. */
export const SNMP_TRAP_IMPLEMENTATION = 'cloudify.snmp.snmp_trap.send_snmp_trap';

/** Where a trap goes: the three inputs, none of which has a default in the original. */
export interface TrapDestination {
  readonly address: string;
  readonly port: number;
  readonly community: string;
}

/** Sends an event as an SNMP v2c trap of CLOUDIFY-MIB; never throws. */
export type SendTrap = (
  event: CanonicalEvent,
  destination: TrapDestination,
  context: AdapterContext,
  signal: AbortSignal,
) => Promise<Outcome>;

/**
 * The built-in hook, on top of whatever sends the trap. This package holds no SNMP: the program
 * that uses it brings `sendTrap` along.
 */
export function snmpTrapHook(sendTrap: SendTrap): HookImplementation {
  return async ({ event, inputs }, context, signal) => {
    const destination = readTrapDestination(inputs);
    if (typeof destination === 'string') {
      return {
        kind: 'refused',
        code: 'VIA_CLOUDIFY_HOOK_INPUTS',
        message: `${SNMP_TRAP_IMPLEMENTATION}: ${destination}`,
        permanent: true,
      };
    }
    return sendTrap(event, destination, context, signal);
  };
}

/** The destination in the inputs of a hook; a text says what is wrong with them. */
export function readTrapDestination(inputs: JsonObject): TrapDestination | string {
  const address = inputs['destination_address'];
  const port = Number(inputs['destination_port']);
  const community = inputs['community_string'];
  if (typeof address !== 'string' || address === '') return 'destination_address is missing';
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    return 'destination_port must be a port number';
  }
  if (typeof community !== 'string') return 'community_string is missing';
  return { address, port, community };
}
