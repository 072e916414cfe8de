import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import { freePort, isListening } from '../peers/free-port.ts';

/** So many that processes whose ids follow one another come to the same ports. */
const COUNT = 100;

/** What such a process does: it tells its ports and holds them until it is let go. */
const ASK_FOR_PORTS = `
  import { freePort } from ${JSON.stringify(import.meta.resolve('../peers/free-port.ts'))};
  const ports = [];
  while (ports.length < ${COUNT}) ports.push(await freePort());
  process.send(ports);
  process.on('disconnect', () => process.exit());
`;

it('gives a port that a server can listen on, over TCP and UDP', async () => {
  const port = await freePort();
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  expect(await isListening('127.0.0.1', port)).toBe(true);
  const socket = createSocket('udp4').bind(port, '127.0.0.1');
  await once(socket, 'listening');
  server.close();
  socket.close();
});

it('gives a port that nobody listens on', async () => {
  expect(await isListening('127.0.0.1', await freePort())).toBe(false);
});

it('gives no port twice, in whichever process it is asked for', async () => {
  const args = ['--input-type=module', '--eval', ASK_FOR_PORTS];
  const stdio = ['ignore', 'inherit', 'inherit', 'ipc'] as const;
  const children = [1, 2, 3].map(() => spawn(process.execPath, args, { stdio: [...stdio] }));
  const ports = await Promise.all(
    children.map(async (child) => ((await once(child, 'message')) as [readonly number[]])[0]),
  );
  for (const child of children) child.disconnect();
  expect(ports.map(({ length }) => length)).toEqual([COUNT, COUNT, COUNT]);
  expect(new Set(ports.flat()).size).toBe(3 * COUNT);
});
