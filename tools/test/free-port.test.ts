import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import { freePort, isListening } from '../peers/free-port.ts';

it('gives a port that a server can listen on', async () => {
  const port = await freePort();
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  expect(await isListening('127.0.0.1', port)).toBe(true);
  server.close();
});

it('gives a port that nobody listens on', async () => {
  expect(await isListening('127.0.0.1', await freePort())).toBe(false);
});
