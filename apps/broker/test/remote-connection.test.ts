/** A command's connection to a broker elsewhere, and to what is none. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { remoteConnection } from '../src/admin/connection.ts';

it('is given up where a peer takes the connection and never answers', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  const taken = new Set<{ destroy(): void }>();
  server.on('connection', (socket) => taken.add(socket));
  onTestFinished(() => {
    for (const socket of taken) socket.destroy();
    server.close();
  });
  await once(server, 'listening');
  const url = new URL(`http://127.0.0.1:${String((server.address() as AddressInfo).port)}`);
  const asked = remoteConnection({ url, answerMs: 100 }).json({ path: '/api/v1/status' });
  await expect(asked).rejects.toMatchObject({
    code: 'VIA_ADMIN_CONNECTION',
    message: expect.stringContaining('no answer within 0.1 s') as string,
  });
});
