/** A command's connection to a broker elsewhere, and to what is none. */
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { remoteConnection } from '../src/admin/connection.ts';

/** Lets it listen until the test is over; resolves with where that is. */
async function listen(server: Server): Promise<URL> {
  const taken = new Set<{ destroy(): void }>();
  server.on('connection', (socket) => taken.add(socket));
  onTestFinished(() => {
    for (const socket of taken) socket.destroy();
    server.close();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return new URL(`http://127.0.0.1:${String((server.address() as AddressInfo).port)}`);
}

it('is given up where a peer takes the connection and never answers', async () => {
  const url = await listen(createServer());
  const asked = remoteConnection({ url, answerMs: 100 }).json({ path: '/api/v1/status' });
  await expect(asked).rejects.toMatchObject({
    code: 'VIA_ADMIN_CONNECTION',
    message: expect.stringContaining('no answer within 0.1 s') as string,
  });
});

it('is kept where an answer has begun, however long nothing follows', async () => {
  const answerMs = 4_000;
  const server = createHttpServer((_, response) => {
    response.write('{"line":1}\n');
    setTimeout(() => response.end('{"line":2}\n'), answerMs + 1_000);
  });
  const url = await listen(server);
  const lines: unknown[] = [];
  for await (const line of remoteConnection({ url, answerMs }).lines({ path: '/' })) {
    lines.push(line);
  }
  expect(lines).toEqual([{ line: 1 }, { line: 2 }]);
});

it('tells an error of the engine there under its own code', async () => {
  const problem = { code: 'VIA_ENGINE_REPLAY_SINK_GONE', message: 'the replay ends here' };
  const server = createHttpServer((_, response) => {
    response.writeHead(409, { 'content-type': 'application/problem+json' });
    response.end(JSON.stringify(problem));
  });
  const asked = remoteConnection({ url: await listen(server) }).json({ path: '/api/v1/replay' });
  await expect(asked).rejects.toMatchObject(problem);
});
