import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { notify, OSLO_PRIORITIES, startListener } from '../peers/oslo.ts';
import { greet } from '../peers/rabbitmq-greeting.ts';
import { type Rabbitmq, rabbitmqctl, startRabbitmq } from '../peers/rabbitmq.ts';
import { startPublisher, startSubscriber } from '../peers/ruby.ts';
import { freshVhost, type Vhost } from '../peers/shared-rabbitmq.ts';
import { requirePeer, runningPeer, startedPeers } from '../peers/started.ts';

requirePeer('rabbitmq');
requirePeer('oslo');
requirePeer('ruby');

describe('the RabbitMQ that a run shares', () => {
  it('was started by this run and says its version', () => {
    expect(runningPeer('rabbitmq').version).toMatch(/^RabbitMQ \d+\.\d+/);
  });

  it('gives each caller a virtual host of its own', async () => {
    const [one, two] = [await freshVhost(), await freshVhost()];
    expect(one.url).not.toBe(two.url);
    expect(await one.ctl('list_permissions')).toContain('guest');
    await one.drop();
    const left = await rabbitmqctl(inject('rabbitmq'), 'list_vhosts');
    expect(left).not.toContain(one.name);
    expect(left).toContain(two.name);
    await two.drop();
  });
});

describe('a private RabbitMQ', () => {
  let rabbit: Rabbitmq;
  beforeAll(async () => {
    rabbit = await startRabbitmq({ config: ['heartbeat = 7'] });
  });
  afterAll(async () => {
    await rabbit.close();
  });

  it('does not share its port or its process with the run', () => {
    const pids = startedPeers().filter(({ peer }) => peer === 'rabbitmq');
    expect(new Set(pids.map(({ pid }) => pid)).size).toBeGreaterThan(1);
    expect(rabbit.pid()).toBe(pids.at(-1)?.pid);
  });

  it('keeps its data and port over a restart, with a new process', async () => {
    await rabbit.ctl('add_vhost', 'kept');
    const before = rabbit.pid();
    await rabbit.restart();
    expect(rabbit.pid()).not.toBe(before);
    expect(await rabbit.ctl('list_vhosts')).toContain('kept');
  });

  it('is silent while paused and answers again after', async () => {
    rabbit.pause();
    expect(await greet('127.0.0.1', rabbit.port)).toBeUndefined();
    rabbit.resume();
    await vi.waitFor(async () => expect(await greet('127.0.0.1', rabbit.port)).toBeDefined(), {
      timeout: 30_000,
    });
  });

  it('is gone after a kill and comes back when started', async () => {
    await rabbit.kill();
    expect(await greet('127.0.0.1', rabbit.port)).toBeUndefined();
    await rabbit.start();
    expect(await greet('127.0.0.1', rabbit.port)).toBe(rabbit.version);
  });

  it('gives a new user a URL to connect with', async () => {
    const url = await rabbit.addUser('operator', 'p@ss/word');
    expect(url).toContain('operator:p%40ss%2Fword@');
    expect(await rabbit.ctl('authenticate_user', 'operator', 'p@ss/word')).not.toContain('Error');
  });
});

describe('peers of a process that is killed', () => {
  it('end with it, and their folder is removed', async () => {
    const module = new URL('../peers/rabbitmq.ts', import.meta.url).href;
    const program = `
      import { startRabbitmq } from ${JSON.stringify(module)};
      const rabbit = await startRabbitmq();
      console.log(JSON.stringify({ pid: rabbit.pid(), folder: rabbit.address.folder }));
      process.kill(process.pid, 'SIGKILL');`;
    const run = promisify(execFile)(process.execPath, ['--input-type=module', '-e', program]);
    const { stdout } = await run.catch((error: unknown) => error as { readonly stdout: string });
    const { pid, folder } = JSON.parse(stdout) as { readonly pid: number; readonly folder: string };
    await vi.waitFor(() => expect(existsSync(folder)).toBe(false), { timeout: 20_000 });
    // A killed process may stay in the table as a zombie: it has no command line any more.
    await vi.waitFor(() => expect(existsSync(`/proc/${pid}/exe`)).toBe(false), { timeout: 20_000 });
  });
});

describe('oslo.messaging', () => {
  let vhost: Vhost;
  beforeAll(async () => {
    vhost = await freshVhost();
  });
  afterAll(() => vhost.drop());

  it.each(['messaging', 'messagingv2'] as const)('carries %s of every priority', async (driver) => {
    const listener = await startListener({ url: vhost.url, exchanges: [`nova-${driver}`] });
    const messages = OSLO_PRIORITIES.map((priority) => ({
      event_type: `compute.instance.${priority}`,
      payload: { size: 2 ** 40, text: 'Grüße' },
      priority,
      publisher_id: 'compute.host-1',
    }));
    await notify({ url: vhost.url, driver, exchange: `nova-${driver}` }, messages);
    const received = await listener.waitForCount(messages.length);
    await listener.stop();
    expect(received.map(({ event_type }) => event_type).sort()).toEqual(
      messages.map(({ event_type }) => event_type).sort(),
    );
    expect(received[0]?.payload).toEqual({ size: 2 ** 40, text: 'Grüße' });
    expect(listener.version).toMatch(/^oslo\.messaging \d/);
  });

  it('redelivers what a listener asked to have again', async () => {
    const listener = await startListener({ url: vhost.url, topics: ['again'], requeueFirst: 1 });
    await notify({ url: vhost.url, topics: ['again'] }, [{ event_type: 'a.b', payload: {} }]);
    await listener.waitForCount(1);
    expect(listener.lines('requeued')).toHaveLength(1);
    await listener.stop();
  });
});

describe('Ruby with ffi-rzmq', () => {
  it('receives the two frames of a publisher under the prefix it subscribed', async () => {
    const publisher = await startPublisher();
    const subscriber = await startSubscriber(publisher.endpoint, ['EVENT VM 4 ']);
    const text = '<HOOK_MESSAGE>é</HOOK_MESSAGE>';
    const content = Buffer.from(text).toString('base64');
    // A PUB socket drops what is sent before the subscription has arrived.
    await vi.waitFor(
      () => {
        publisher.publish('EVENT VM 42 ', content);
        publisher.publish('EVENT VM 4 ', content);
        expect(subscriber.messages().length).toBeGreaterThan(0);
      },
      { timeout: 30_000, interval: 100 },
    );
    const [first, ...rest] = subscriber.messages();
    expect(first).toEqual({ kind: 'message', key: 'EVENT VM 4 ', content, text });
    expect(rest.every(({ key }) => key === 'EVENT VM 4 ')).toBe(true);
    await subscriber.stop();
    await publisher.stop();
  });
});
