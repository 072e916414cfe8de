import {
  ok,
  trailThrough,
  unknownAttributeLosses,
  type CanonicalEvent,
  type CodecError,
  type EncodeContext,
  type Encoded,
  type Loss,
  type Result,
} from '@viaduct/core';
import { fromBase64 } from './wire/base64.ts';
import { encodeCloudify } from './encode/encode-cloudify.ts';
import { encodeViaduct } from './encode/encode-viaduct.ts';
import { readEncodeOptions, type EncodeSettings } from './encode/encode-options.ts';
import { lossesOf } from './encode/losses.ts';
import {
  isDatagram,
  SNMP_TRAP_ADDRESS,
  type SnmpMessage,
  type SnmpNotification,
  type SnmpVarbind,
} from './message.ts';
import { readDatagram } from './wire/read-datagram.ts';
import { withTrail } from './mib/trail.ts';
import { fitsV1 } from './wire/write-pdu.ts';

/** Writes an event as one notification; see the README for the profiles. */
export function encode(
  event: CanonicalEvent,
  context: EncodeContext<SnmpMessage>,
): Result<Encoded<SnmpMessage>, CodecError> {
  const options = readEncodeOptions(context.options);
  if (!options.ok) return options;
  const settings = options.value;
  const native = context.native === undefined ? undefined : notificationOf(context.native);
  if (native !== undefined) return ok(forward(native, event, settings, context));
  const version = settings.version ?? 'v2c';
  // v1 has no informs; what asks for one there gets a trap.
  const asked: EncodeSettings = version === 'v1' ? { ...settings, pdu: 'trap' } : settings;
  if (settings.profile === 'viaduct') {
    const { notification, losses } = encodeViaduct(
      event,
      trailThrough(event.trail, context.brokerId),
      asked,
      version,
    );
    const unknown = unknownAttributeLosses(event);
    return ok({ natives: [notification], losses: [...losses, ...unknown], invented: [] });
  }
  const trap = encodeCloudify(event, asked, version);
  if (!trap.ok) return trap;
  const { notification, carried, invented } = trap.value;
  return ok({
    natives: [notification],
    losses: [...lossesOf(event, carried), ...unknownAttributeLosses(event)],
    invented,
  });
}

function notificationOf(native: SnmpMessage): SnmpNotification | undefined {
  if (!isDatagram(native)) return native;
  const bytes = fromBase64(native.datagramBase64);
  const read = bytes === undefined ? undefined : readDatagram(bytes);
  return read?.ok === true ? { ...agentOf(native), ...read.value } : undefined;
}

function agentOf({ agent }: SnmpMessage): Pick<SnmpNotification, 'agent'> {
  return agent === undefined ? {} : { agent };
}

/**
 * Same-dialect output: every varbind as it came. Fresh are version and PDU where the sink has its
 * own, the address of the first sender, and with the profile `viaduct` the id, the trail and the
 * trace context.
 */
function forward(
  native: SnmpNotification,
  event: CanonicalEvent,
  settings: EncodeSettings,
  context: EncodeContext<SnmpMessage>,
): Encoded<SnmpMessage> {
  const losses: Loss[] = (context.redactions ?? []).map(({ path }) => ({
    path,
    reason: 'redacted',
  }));
  const version = settings.version ?? native.version;
  const pdu = version === 'v1' ? 'trap' : (settings.pdu ?? native.pdu);
  const isTrailing = settings.profile === 'viaduct';
  if (!isTrailing) losses.push({ path: 'trail', reason: 'unsupported' });
  const named = isTrailing && version !== 'v1' ? withAgent(native) : native.varbinds;
  const all = isTrailing
    ? withTrail(named, event, trailThrough(event.trail, context.brokerId), settings.enterpriseBase)
    : named;
  const varbinds = version === 'v1' ? all.filter(fitsV1) : all;
  all.forEach((varbind, index) => {
    if (varbinds.includes(varbind)) return;
    losses.push({ path: `varbinds[${index}]`, reason: 'unsupported' });
  });
  const sent: { -readonly [Key in keyof SnmpNotification]: SnmpNotification[Key] } = {
    ...native,
    version,
    pdu,
    varbinds,
  };
  delete sent.requestId; // each sender counts its own
  return { natives: [sent], losses, invented: [] };
}

const IPV4 = /^\d{1,3}(?:\.\d{1,3}){3}$/;

/** RFC 3584 clause 3.1: who forwards a notification says where it came from. */
function withAgent({ agent, varbinds }: SnmpNotification): readonly SnmpVarbind[] {
  if (agent === undefined || !IPV4.test(agent)) return varbinds;
  if (varbinds.some(({ oid }) => oid === SNMP_TRAP_ADDRESS)) return varbinds;
  return [...varbinds, { oid: SNMP_TRAP_ADDRESS, type: 'IpAddress', value: agent }];
}
