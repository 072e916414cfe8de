import { once } from 'node:events';
import { connect, createServer } from 'node:net';

/**
 * A TCP port of the loopback address that nobody listens on at this moment. Another process may
 * take it before it is used, so whoever starts a server on it tries again with a new one.
 */
export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port');
  server.close();
  await once(server, 'close');
  return address.port;
}

/** Whether something accepts TCP connections there at this moment. */
export async function isListening(host: string, port: number): Promise<boolean> {
  const socket = connect({ host, port });
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
