import { readFile } from 'node:fs/promises';
import { isIPv6 } from 'node:net';

/**
 * How many datagrams the kernel has dropped for want of room in the receive buffers of the sockets
 * bound to an address and port: the last column of `/proc/net/udp` and `udp6` (Linux; 0 elsewhere).
 */
export async function kernelDrops(address: string, port: number): Promise<number> {
  const file = isIPv6(address) ? '/proc/net/udp6' : '/proc/net/udp';
  let table: string;
  try {
    table = await readFile(file, 'utf8');
  } catch {
    return 0; // no Linux, or no /proc
  }
  return dropsIn(table, address, port);
}

/** The same from the table's text. */
export function dropsIn(table: string, address: string, port: number): number {
  const local = `${hexAddress(address)}:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  let drops = 0;
  for (const line of table.split('\n').slice(1)) {
    const columns = line.trim().split(/\s+/);
    if (columns[1] === local) drops += Number(columns.at(-1));
  }
  return drops;
}

/** An address as the table has it: words of 32 bits, each with its lowest byte first. */
function hexAddress(address: string): string {
  const bytes = isIPv6(address) ? ipv6Bytes(address) : address.split('.').map(Number);
  const words: string[] = [];
  for (let at = 0; at < bytes.length; at += 4) {
    const word = bytes.slice(at, at + 4).reverse();
    words.push(word.map((byte) => byte.toString(16).toUpperCase().padStart(2, '0')).join(''));
  }
  return words.join('');
}

function ipv6Bytes(address: string): readonly number[] {
  const [plain = ''] = address.split('%');
  const [head = '', tail] = plain.split('::');
  const groups = (text: string): number[] =>
    text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
  const [before, after] = [groups(head), groups(tail ?? '')];
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  const all = [...before, ...Array.from({ length: zeros }, () => 0), ...after];
  return all.flatMap((group) => [group >> 8, group & 0xff]);
}
