/** The hook functions that this broker brings along in the place of the original's Python. */
import { randomBytes } from 'node:crypto';
import type { HookImplementations, SendTrap } from '@viaduct/cloudify';
import type { SnmpSinkConfig } from '@viaduct/snmp';

/**
 * Sends one trap as CLOUDIFY-MIB says. As in the original, each trap has a socket of its own, and
 * nobody confirms it.
 */
const sendTrap: SendTrap = async (event, { address, port, community }, context, signal) => {
  const { createSnmpSink, snmpCodec } = await import('@viaduct/snmp');
  const host = address.includes(':') ? `[${address}]` : address;
  const config: SnmpSinkConfig = {
    target: `${host}:${port}`,
    version: 2,
    community,
    profile: 'cloudify',
    coldStart: false,
  };
  const encoded = snmpCodec.encode(event, {
    sentAt: context.clock.now(),
    attempt: 1,
    nonce: randomBytes(16).toString('hex'),
    brokerId: context.brokerId,
    options: { version: 'v2c', pdu: 'trap', profile: 'cloudify' },
  });
  if (!encoded.ok) return { kind: 'refused', ...encoded.error, permanent: true };
  const sink = createSnmpSink(config, context);
  try {
    await sink.connect(signal);
    const [outcome] = await sink.send([{ event, natives: encoded.value.natives }], signal);
    return outcome ?? NOT_SENT;
  } catch (error) {
    return { ...NOT_SENT, message: error instanceof Error ? error.message : String(error) };
  } finally {
    await sink.close();
  }
};

const NOT_SENT = {
  kind: 'unavailable',
  code: 'VIA_CLOUDIFY_HOOK_NOT_STARTED',
  message: 'the trap could not be sent',
} as const;

/** All of them, by the names that a `hooks.conf` gives them. */
export async function hookImplementations(): Promise<HookImplementations> {
  const { SNMP_TRAP_IMPLEMENTATION, snmpTrapHook } = await import('@viaduct/cloudify');
  return { [SNMP_TRAP_IMPLEMENTATION]: snmpTrapHook(sendTrap) };
}
