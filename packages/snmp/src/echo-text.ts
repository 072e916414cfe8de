import { CLOUDIFY } from './mapping.ts';
import { isDatagram, type SnmpMessage } from './message.ts';
import { textOf } from './wire/octets.ts';
import { readTrail } from './mib/trail.ts';

const NOTIFICATION = `${CLOUDIFY.notifications}.`;
const PROPERTY = `${CLOUDIFY.properties}.`;

/**
 * What a workflow event of CLOUDIFY-MIB says, whoever sends it: its number, and the values of the
 * MIB. Execution, event and second make it one occurrence. Of no other notification can that be
 * said (a link goes down twice), and those of VIADUCT-MIB carry a trail.
 */
export function echoText(message: SnmpMessage): string | undefined {
  if (isDatagram(message) || !message.trapOid.startsWith(NOTIFICATION)) return undefined;
  const { trapOid, varbinds } = message;
  if (readTrail(varbinds) !== undefined) return undefined;
  let text = trapOid;
  for (const varbind of varbinds) {
    if (!varbind.oid.startsWith(PROPERTY)) continue;
    const value = textOf(varbind) ?? ('value' in varbind ? varbind.value : '');
    text += `\n${varbind.oid.slice(PROPERTY.length)}=${value}`;
  }
  return text;
}
