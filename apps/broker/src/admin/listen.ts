/** Where the servers of the admin API listen, and what becomes of it where they cannot. */
import { chmod, rm, stat } from 'node:fs/promises';
import { type AddressInfo, connect } from 'node:net';
import { join, relative } from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { Logger } from '@viaduct/core';
import { adminAddress, type AdminSection } from '../config/read-admin.ts';
import { messageOf } from '../error-fields.ts';
import { BrokerError } from '../errors.ts';

/** The socket's name in the data folder. */
const SOCKET_NAME = 'admin.sock';

/** The system takes 108 bytes on Linux and 104 elsewhere, with a zero at the end. */
const SOCKET_PATH_BYTES_MAX = 100;

/** How long somebody who owns a socket may take to answer, milliseconds. */
const ANSWER_MS = 2_000;

/**
 * The socket of a data folder, as this process can name it: relative to its working folder where
 * that is shorter. `undefined` where either is too long for the system.
 */
export function socketPath(folder: string): string | undefined {
  const absolute = join(folder, SOCKET_NAME);
  const fromHere = relative(process.cwd(), absolute);
  const shorter = fromHere.length < absolute.length ? fromHere : absolute;
  return Buffer.byteLength(shorter) <= SOCKET_PATH_BYTES_MAX ? shorter : undefined;
}

/** Listens on TCP; its URL, or `undefined` where the port is taken and nobody asked for it. */
export async function listenOnNetwork(
  app: FastifyInstance,
  settings: AdminSection,
  logger: Logger,
): Promise<string | undefined> {
  const address = adminAddress(settings.listen);
  if (address === undefined) return undefined;
  const { host, port } = address;
  try {
    await app.listen({ host, port });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'EADDRINUSE' && !settings.isListenWritten) {
      await app.close();
      const message =
        `port ${String(port)} is taken: no admin API there, only by the socket in the data ` +
        'folder. Write broker.admin.listen with another port, or none';
      logger.warn({ code: 'VIA_ADMIN_PORT_IN_USE', listen: settings.listen }, message);
      return undefined;
    }
    throw cannotListen(settings.listen, error);
  }
  const bound = (app.server.address() as AddressInfo).port;
  const shown = host.includes(':') ? `[${host}]` : host;
  const url = `${settings.tls === undefined ? 'http' : 'https'}://${shown}:${String(bound)}/`;
  logger.info({ url }, 'admin API');
  return url;
}

function cannotListen(listen: string, error: unknown): BrokerError {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') {
    const message =
      `${listen} of broker.admin.listen is taken by another program: end it, write another port, ` +
      'or write none';
    return new BrokerError('VIA_ADMIN_PORT_IN_USE', message, { cause: error });
  }
  const message = `broker.admin.listen: cannot listen on ${listen}: ${messageOf(error)}`;
  return new BrokerError('VIA_ADMIN_LISTEN', message, { cause: error });
}

/**
 * Listens on the socket of a data folder that this process owns; only its user can connect. Where
 * that cannot be, the broker runs without and the log says why.
 */
export async function listenOnSocket(
  app: FastifyInstance,
  folder: string,
  logger: Logger,
): Promise<string | undefined> {
  const path = socketPath(folder);
  if (path === undefined) {
    const message =
      `no admin socket: the path of ${join(folder, SOCKET_NAME)} is longer than ` +
      `${String(SOCKET_PATH_BYTES_MAX)} bytes. Commands cannot reach the running broker; a ` +
      'shorter broker.data helps';
    logger.warn({ code: 'VIA_ADMIN_LISTEN' }, message);
    return undefined;
  }
  try {
    await removeStale(path);
    await app.listen({ path });
    await chmod(path, 0o600);
    return path;
  } catch (error) {
    logger.warn({ code: 'VIA_ADMIN_LISTEN' }, `no admin socket: ${messageOf(error)}`);
    return undefined;
  }
}

/** A socket that nobody answers was left behind by a process that was killed. */
async function removeStale(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return;
  if (!found.isSocket()) throw new Error(`${path} is no socket, but a file of somebody`);
  if (await isAnswered(path)) throw new Error(`${path} is answered by another process`);
  await rm(path, { force: true });
}

function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    const end = (answer: boolean) => () => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(ANSWER_MS);
    socket.once('connect', end(true)).once('timeout', end(true)).once('error', end(false));
  });
}
