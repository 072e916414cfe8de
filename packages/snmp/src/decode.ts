import {
  composeEvent,
  fail,
  fingerprint,
  occurrenceId,
  ok,
  sourceUri,
  type CodecError,
  type DecodeContext,
  type Decoded,
  type Result,
} from '@viaduct/core';
import { fromBase64 } from './wire/base64.ts';
import { decodeCloudify } from './decode/decode-cloudify.ts';
import { decodeDevice } from './decode/decode-device.ts';
import { decodeViaduct } from './decode/decode-viaduct.ts';
import { CLOUDIFY, HEARTBEAT_NUMBER } from './mapping.ts';
import { DIALECT, isDatagram, type SnmpMessage, type SnmpNotification } from './message.ts';
import { isWithin } from './wire/oid.ts';
import { readOrigin } from './decode/origin.ts';
import { readDatagram } from './wire/read-datagram.ts';
import { readTrail } from './mib/trail.ts';

/**
 * Decodes one notification: of VIADUCT-MIB to the event that it was, of CLOUDIFY-MIB to the
 * workflow event, any other to an event of the device that sent it. A heartbeat is no event.
 */
export function decode(
  native: SnmpMessage,
  context: DecodeContext,
): Result<readonly Decoded[], CodecError> {
  const notification = read(native);
  if (!notification.ok) return notification;
  const { value } = notification;
  const trail = readTrail(value.varbinds);
  if (isHeartbeat(value)) return ok([]);
  const isViaduct = trail !== undefined && isWithin(value.trapOid, `${trail.base}.0`);
  const trap =
    (isViaduct ? decodeViaduct(value, trail.base) : undefined) ??
    (isWithin(value.trapOid, CLOUDIFY.notifications) ? decodeCloudify(value) : undefined) ??
    decodeDevice(value);
  const source =
    trap.source ?? sourceUri(DIALECT, context.system, readOrigin(value).address ?? 'unknown');
  const print = printOf(value);
  const event = composeEvent(
    {
      id: trail?.id ?? occurrenceId(source, print, context),
      dialect: DIALECT,
      source,
      nativetype: trap.nativetype ?? value.trapOid,
      ...(trap.time === undefined ? {} : { time: trap.time }),
      ...(trail?.traceparent === undefined ? {} : { traceparent: trail.traceparent }),
      data: trap.data,
    },
    context,
  );
  const dedupe = dedupeOf(value, print);
  return ok([
    {
      event: trail?.trail === undefined ? event : { ...event, trail: trail.trail },
      ...(dedupe === undefined ? {} : { dedupe }),
    },
  ]);
}

function read(native: SnmpMessage): Result<SnmpNotification, CodecError> {
  if (!isDatagram(native)) return ok(native);
  const bytes = fromBase64(native.datagramBase64);
  if (bytes === undefined) {
    const message = 'datagramBase64 is no base64';
    return fail({ code: 'VIA_SNMP_FORM_INVALID', message, path: 'datagramBase64' });
  }
  const notification = readDatagram(bytes);
  if (!notification.ok || native.agent === undefined) return notification;
  return ok({ agent: native.agent, ...notification.value });
}

/** Told by its one varbind, under whatever base: viaductEventTime.0 and no id. */
function isHeartbeat({ trapOid, varbinds }: SnmpNotification): boolean {
  const end = `.0.${HEARTBEAT_NUMBER}`;
  if (!trapOid.endsWith(end) || varbinds.length !== 1) return false;
  return varbinds[0]?.oid === `${trapOid.slice(0, -end.length)}.1.2.0`;
}

function printOf({ trapOid, varbinds }: SnmpNotification): string {
  return fingerprint(`${trapOid}\n${JSON.stringify(varbinds)}`);
}

/** An inform comes again until it is answered: the same request id from the same sender. */
function dedupeOf(notification: SnmpNotification, print: string): string | undefined {
  const { pdu, requestId, agent = 'unknown', engineId = '' } = notification;
  if (pdu !== 'inform' || requestId === undefined) return undefined;
  return `inform:${agent}:${engineId}:${requestId}:${print}`;
}
