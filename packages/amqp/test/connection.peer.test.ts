import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

import { systemClock, TcpProxy, waitFor, within } from '@viaduct/testkit';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';

import { rabbitmqctl, startRabbitmq, type Rabbitmq } from '../../../tools/peers/rabbitmq.ts';
import { freshVhost, type Vhost } from '../../../tools/peers/shared-rabbitmq.ts';
import { requirePeer } from '../../../tools/peers/started.ts';
import { connectAmqp, queueState } from '../src/index.ts';
import { connect, never, openConsumer, openPublisher, toQueue } from './peer.ts';

requirePeer('rabbitmq');

let vhost: Vhost;
beforeAll(async () => {
  vhost = await freshVhost();
});
afterAll(() => vhost.drop());

/** A port that nobody listens on. */
async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const portOf = (url: string): number => Number(new URL(url).port);

describe('connecting to RabbitMQ', () => {
  test('takes the first server that answers and shows our name there', async () => {
    const dead = `amqp://127.0.0.1:${await closedPort()}/`;
    const urls = [dead, vhost.url];
    const connection = await connectAmqp({ urls, name: 'viaduct:x', clock: systemClock }, never());
    try {
      expect(connection.address.label).toContain(vhost.name);
      const listed = await rabbitmqctl(inject('rabbitmq'), 'list_connections', 'client_properties');
      expect(listed).toContain('viaduct:x');
    } finally {
      await connection.close();
    }
    expect((await connection.lost).code).toBe('VIA_AMQP_ABORTED');
  });

  test('says of each server why it did not do', async () => {
    const dead = `amqp://127.0.0.1:${await closedPort()}/`;
    const wrong = vhost.url.replace('guest:guest', 'guest:nonsense');
    const error = await failure(
      connectAmqp({ urls: [wrong, dead], name: 'test', clock: systemClock }, never()),
    );
    expect(error).toMatchObject({ kind: 'reconnect', code: 'VIA_AMQP_UNREACHABLE' });
    expect(error.message).toContain('nothing listens on that port');
    expect(error.message).toContain('wrong password');
    expect(error.message).not.toContain('nonsense');
  });

  test('calls a wrong password and a missing virtual host permanent', async () => {
    const login = await failure(connect(vhost.url.replace('guest:guest', 'guest:nonsense')));
    expect(login).toMatchObject({ kind: 'permanent', code: 'VIA_AMQP_LOGIN_REFUSED' });
    expect(login.message).not.toContain('nonsense');
    const missing = await failure(connect(vhost.url.replace(vhost.name, 'no-such-vhost')));
    expect(missing).toMatchObject({ kind: 'permanent', code: 'VIA_AMQP_VHOST_REFUSED' });
    expect(missing.message).toContain('no-such-vhost');
  });

  test('gives up on a server that accepts and says nothing', async () => {
    const proxy = await TcpProxy.start({ port: portOf(vhost.url) }, { drop: true });
    try {
      const url = `amqp://127.0.0.1:${proxy.port}/`;
      const error = await failure(connect(url, { connectTimeoutMs: 200 }));
      expect(error).toMatchObject({ kind: 'reconnect', code: 'VIA_AMQP_TIMEOUT' });
    } finally {
      await proxy.close();
    }
  });

  test('notices a dead link by missing heartbeats', async () => {
    const proxy = await TcpProxy.start({ port: portOf(vhost.url) });
    const url = vhost.url.replace(String(portOf(vhost.url)), String(proxy.port));
    const connection = await connect(url, { heartbeatMs: 1_000 });
    try {
      proxy.setFaults({ drop: true });
      const error = await within(connection.lost, 30_000, 'noticing the dead link');
      expect(error).toMatchObject({ kind: 'reconnect', code: 'VIA_AMQP_CONNECTION_LOST' });
      expect(error.message).toContain('Heartbeat');
    } finally {
      await connection.close();
      await proxy.close();
    }
  });

  test('closes within moments where the server does not answer any more', async () => {
    const proxy = await TcpProxy.start({ port: portOf(vhost.url) });
    const url = vhost.url.replace(String(portOf(vhost.url)), String(proxy.port));
    const connection = await connect(url);
    const consumer = await openConsumer(connection);
    proxy.setFaults({ drop: true });
    await within(
      consumer.close().then(() => connection.close()),
      10_000,
      'closing',
    );
    await proxy.close();
  });
});

describe('a RabbitMQ with a memory alarm', () => {
  let server: Rabbitmq;
  beforeAll(async () => {
    server = await startRabbitmq();
  });
  afterAll(() => server.close());

  test('blocks publishing, says so, and publishing goes on afterwards', async () => {
    const reasons: (string | undefined)[] = [];
    const connection = await connect(server.url, { onBlocked: (reason) => reasons.push(reason) });
    try {
      const publisher = await openPublisher(connection);
      const channel = await connection.openChannel();
      await channel.assertQueue('q');
      await server.ctl('set_vm_memory_high_watermark', '0.00001');
      // RabbitMQ blocks a connection when it publishes, not before.
      const first = publisher.publish([toQueue('q', 'in flight')], never());
      await waitFor(() => connection.blocked !== undefined);
      expect(reasons[0]).toContain('memory');
      const abort = new AbortController();
      const calledOff = publisher.publish([toQueue('q', 'later')], abort.signal);
      abort.abort();
      expect(await calledOff).toMatchObject([{ kind: 'unconfirmed' }]);
      const second = publisher.publish([toQueue('q', 'waits')], never());
      await server.ctl('set_vm_memory_high_watermark', '0.6');
      expect(await first).toEqual([{ kind: 'confirmed' }]);
      expect(await second).toEqual([{ kind: 'confirmed' }]);
      expect((await queueState(connection, 'q'))?.messages).toBe(2);
      await waitFor(() => connection.blocked === undefined);
      expect(reasons.at(-1)).toBeUndefined();
      expect(await publisher.publish([toQueue('q', 'again')], never())).toEqual([
        { kind: 'confirmed' },
      ]);
    } finally {
      await connection.close();
    }
  });

  test('lets a blocked connection close', async () => {
    const connection = await connect(server.url);
    const publisher = await openPublisher(connection);
    const channel = await connection.openChannel();
    await channel.assertQueue('stuck');
    await server.ctl('set_vm_memory_high_watermark', '0.00001');
    const publishing = publisher.publish([toQueue('stuck', 'x')], never());
    await waitFor(() => connection.blocked !== undefined);
    const closing = publisher.close().then(() => connection.close());
    await within(closing, 10_000, 'closing while blocked');
    expect(await publishing).toMatchObject([{ kind: 'unconfirmed' }]);
    await server.ctl('set_vm_memory_high_watermark', '0.6');
  });

  test('that is stopped ends the connection with a reason to reconnect', async () => {
    const connection = await connect(server.url);
    await server.stop();
    const error = await within(connection.lost, 30_000, 'noticing the stop');
    expect(error.kind).toBe('reconnect');
    const refused = await failure(connect(server.url));
    expect(refused).toMatchObject({ kind: 'reconnect', code: 'VIA_AMQP_UNREACHABLE' });
    await server.start(); // for whichever test comes next
  });
});

async function failure(promise: Promise<unknown>): Promise<Error & { code: string }> {
  return promise.then(
    () => {
      throw new Error('it succeeded');
    },
    (error: unknown) => error as Error & { code: string },
  );
}
