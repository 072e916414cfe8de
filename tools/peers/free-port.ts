import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer, type Server } from 'node:net';

/**
 * Where ports are taken from: below every range from which a system gives ports of its own accord
 * (Linux from 32768, gVisor from 16000), so that no connection and no server on port 0 gets one.
 */
const FIRST_PORT = 10_000;
const PORT_COUNT = 6_000;

let next = process.pid % PORT_COUNT;

/**
 * A port of the loopback address for a server of this process or of one that it starts: nobody has
 * it now, over TCP or UDP, and nobody else is given it before this process has ended. So it can be
 * used later, and again after the server that had it was stopped. Throws when there is none left.
 */
export async function freePort(): Promise<number> {
  for (let tried = 0; tried < PORT_COUNT; tried += 1) {
    const port = FIRST_PORT + next;
    next = (next + 1) % PORT_COUNT;
    if (!(await isOurs(port))) continue;
    if ((await isFreeForTcp(port)) && (await isFreeForUdp(port))) return port;
  }
  throw new Error(`no port from ${FIRST_PORT} on is free; end what holds them`);
}

/**
 * Reserves a port until this process ends: a name that only one process of a network namespace
 * can hold, which needs no file and no port (unix(7), abstract sockets). Other systems than Linux
 * have no such names; there a port is reserved against this process alone.
 */
async function isOurs(port: number): Promise<boolean> {
  if (process.platform !== 'linux') return true;
  return listens(createServer().unref(), { path: `\0viaduct-port-${port}` });
}

async function isFreeForTcp(port: number): Promise<boolean> {
  const server = createServer();
  if (!(await listens(server, { port, host: '127.0.0.1' }))) return false;
  server.close();
  await once(server, 'close');
  return true;
}

async function isFreeForUdp(port: number): Promise<boolean> {
  const socket = createSocket('udp4').bind(port, '127.0.0.1');
  const isBound = await once(socket, 'listening').then(
    () => true,
    () => false,
  );
  socket.close();
  await once(socket, 'close');
  return isBound;
}

/** Whether a server got the address: false where another one has it. */
async function listens(
  server: Server,
  address: { readonly path: string } | { readonly port: number; readonly host: string },
): Promise<boolean> {
  server.listen(address);
  try {
    await once(server, 'listening');
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    return false;
  }
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
