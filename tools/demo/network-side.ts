/** The SNMP side of the demo: a switch that sends traps, a manager that receives some. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { DEFAULT_ENTERPRISE_BASE, formatMib, readDatagram } from '@viaduct/snmp';
import { createSession, ObjectType, Version2c } from 'net-snmp';
import { TRAPS } from './passages.ts';
import type { Receiver } from './receivers.ts';
import type { Screen } from './screen.ts';

const TRAP_INTERVAL_MS = 8_000;

const LINK_DOWN = '1.3.6.1.6.3.1.1.5.3';
const LINK_UP = '1.3.6.1.6.3.1.1.5.4';
const IF_INDEX = '1.3.6.1.2.1.2.2.1.1';
const IF_DESCR = '1.3.6.1.2.1.2.2.1.2';

/** A switch whose links go down and come back. */
export function startSwitch(port: number): Receiver {
  const session = createSession('127.0.0.1', 'public', { version: Version2c, trapPort: port });
  let count = 0;
  const timer = setInterval(() => {
    const index = 1 + (Math.floor(count / 2) % 4);
    const varbinds = [
      { oid: `${IF_INDEX}.${index}`, type: ObjectType.Integer, value: index },
      { oid: `${IF_DESCR}.${index}`, type: ObjectType.OctetString, value: `ge-0/0/${index}` },
    ];
    session.trap(count % 2 === 0 ? LINK_DOWN : LINK_UP, varbinds, () => undefined);
    count += 1;
  }, TRAP_INTERVAL_MS);
  return {
    stop: () => {
      clearInterval(timer);
      session.close();
      return Promise.resolve();
    },
  };
}

/** A manager that has VIADUCT-MIB loaded, and shows the traps it gets. */
export async function startManager(port: number, screen: Screen): Promise<Receiver> {
  const names = namesIn(formatMib());
  const socket = createSocket('udp4');
  socket.on('message', (datagram) => {
    const read = readDatagram(datagram);
    if (!read.ok) return;
    const { trapOid, varbinds } = read.value;
    const value = (name: string): string => {
      const found = varbinds.find(({ oid }) => names.get(oid.replace(/\.0$/, '')) === name);
      return found !== undefined && 'value' in found ? String(found.value) : '';
    };
    const parts = [
      names.get(trapOid) ?? TRAPS[trapOid] ?? trapOid,
      value('viaductResourceName') || value('viaductResourceId'),
      value('viaductAlarmCause'),
    ];
    screen.arrived('manager', parts.filter((part) => part !== '').join(' '));
  });
  socket.bind(port, '127.0.0.1');
  await once(socket, 'listening');
  return {
    stop: async () => {
      socket.close();
      await once(socket, 'close');
    },
  };
}

/** The names of a MIB module, by the object identifiers they stand for. */
function namesIn(module: string): ReadonlyMap<string, string> {
  const kinds = { notifications: 'NOTIFICATION-TYPE', objects: 'OBJECT-TYPE' };
  const names = new Map<string, string>();
  for (const [part, [branch, macro]] of Object.entries(kinds).entries()) {
    const place = branch === 'notifications' ? 'viaductNotifications' : 'viaductObjects';
    const entry = new RegExp(`^(\\w+) ${macro}$[^]*?::= \\{ ${place} (\\d+) \\}`, 'gm');
    for (const [, name = '', id = ''] of module.matchAll(entry)) {
      names.set(`${DEFAULT_ENTERPRISE_BASE}.${part}.${id}`, name);
    }
  }
  return names;
}
