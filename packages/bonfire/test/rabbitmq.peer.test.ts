import { supervise } from '@viaduct/core';
import { systemClock, testContext, waitFor, within } from '@viaduct/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import { startRabbitmq, type Rabbitmq } from '../../../tools/peers/rabbitmq.ts';
import { requirePeer } from '../../../tools/peers/started.ts';
import { nestedTable, publishRaw } from '../../amqp/test/hostile-frames.ts';
import { bonfireCodec } from '../src/codec.ts';
import type { BonfireMessage } from '../src/message.ts';
import { createBonfireSink } from '../src/sink.ts';
import { createBonfireDurableSource, createBonfireSource } from '../src/source.ts';
import {
  bind,
  declareExchange,
  drain,
  makeBonfireHost,
  never,
  onRabbitmq,
  publish,
  type BonfireHost,
} from './amqp-client.ts';
import { durableConfig, labelOf, simpleMessage, sinkConfig, sourceConfig } from './configured.ts';
import { decoded, ENCODE_CONTEXT, foreignEvent, golden } from './messages.ts';
import { startReading, type Reading } from './reading.ts';

requirePeer('rabbitmq');

let server: Rabbitmq;
let host: BonfireHost;
beforeAll(async () => {
  server = await startRabbitmq();
  host = await makeBonfireHost(server);
});
afterAll(() => server.close());

const open: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.stop();
});

const context = testContext(systemClock, 'bf');
const KEY = '3fdff0c64c51135f4e5e';

async function reading(given: Parameters<typeof sourceConfig>[0]): Promise<Reading> {
  const config = sourceConfig({ url: [host.userUrl], routingKeys: [KEY], ...given });
  const started = await startReading(createBonfireSource(config, context));
  open.push(started);
  return started;
}

async function durable(given: Parameters<typeof durableConfig>[0]): Promise<Reading> {
  const config = durableConfig({ url: [host.platformUrl], routingKeys: [KEY], ...given });
  const started = await startReading(createBonfireDurableSource(config, context));
  open.push(started);
  return started;
}

const queues = (): Promise<string> =>
  server.ctl('list_queues', '-p', 'bonfire', 'name', 'durable', 'exclusive');

describe('a user of BonFIRE', () => {
  test('receives the messages of each experiment whose key is bound, of all formats', async () => {
    const read = await reading({ routingKeys: [KEY, 'e457a3dba41ff3dcaf7f'] });
    const sent = [
      golden('reconstructed-simple-experiment-stopped'),
      golden('reconstructed-detailed-network-create'),
      golden('cocoma-04'),
    ];
    const other = await reading({ routingKeys: ['dc0e76a89b66d78b6594'] });
    await publish(host.userUrl, [
      ...sent,
      simpleMessage('1', 'experiments', 'dc0e76a89b66d78b6594'),
    ]);
    await Promise.all([read.waitFor(3), other.waitFor(1)]);
    expect(read.natives()).toEqual(sent.map((one) => ({ ...one, properties: { headers: {} } })));
    expect(other.natives().map(labelOf)).toEqual(['1']);
  });

  test('has a queue that RabbitMQ names, for the connection alone', async () => {
    const read = await reading({});
    expect(await queues()).toMatch(/^amq\.gen-\S+\s+false\s+true$/m);
    await read.stop();
    await waitFor(async () => !(await queues()).includes('amq.gen'));
  });

  test('who may not even have that is told which permission is missing', async () => {
    await server.ctl('add_user', 'nobody', 'x');
    await server.ctl('set_permissions', '-p', 'bonfire', 'nobody', '^$', '.*', '.*');
    const url = [`amqp://nobody:x@127.0.0.1:${server.port}/bonfire`];
    await expect(reading({ url })).rejects.toMatchObject({
      code: 'VIA_AMQP_ACCESS_REFUSED',
      kind: 'permanent',
      message: expect.stringMatching(/user "nobody" needs the permission "configure".*amq\\\.gen/),
    });
  });

  test('who may not read the exchange is told so', async () => {
    await server.ctl('add_user', 'writer', 'x');
    await server.ctl(
      'set_permissions',
      '-p',
      'bonfire',
      'writer',
      '^amq\\.gen',
      '.*',
      '^amq\\.gen',
    );
    const url = [`amqp://writer:x@127.0.0.1:${server.port}/bonfire`];
    await expect(reading({ url })).rejects.toMatchObject({
      code: 'VIA_AMQP_ACCESS_REFUSED',
      message: expect.stringContaining('user "writer" needs "read" for the exchange'),
    });
  });

  test('may not create a queue with a name, and is told what to do instead', async () => {
    await expect(durable({ url: [host.userUrl], queue: 'mine' })).rejects.toMatchObject({
      code: 'VIA_AMQP_ACCESS_REFUSED',
      message: expect.stringContaining('use "adapter: bonfire"'),
    });
  });

  test('is bound again after the exchange was re-created', async () => {
    await declareExchange(host.platformUrl, 'passing', 'direct');
    const read = await reading({ exchange: 'passing', exchangeCheckMs: 100 });
    await publish(host.platformUrl, [simpleMessage('before', 'passing', KEY)]);
    await read.waitFor(1);
    await onRabbitmq(host.platformUrl, async (connection) => {
      await (await connection.openChannel()).deleteExchange('passing');
    });
    await declareExchange(host.platformUrl, 'passing', 'direct');
    const after = simpleMessage('after', 'passing', KEY);
    await waitFor(() => publish(host.platformUrl, [after]).then(() => true));
    await read.waitFor(2);
    expect(read.natives().map(labelOf)).toEqual(['before', 'after']);
  });

  test('waits for an exchange that does not exist, and does not create it', async () => {
    const read = await reading({ exchange: 'later', exchangeCheckMs: 100 });
    expect(context.logger.messages('info')).toContain(
      'waiting for exchanges that do not exist yet',
    );
    expect(await server.ctl('list_exchanges', '-p', 'bonfire', 'name')).not.toMatch(/^later$/m);
    await declareExchange(host.platformUrl, 'later', 'direct');
    const message = simpleMessage('1', 'later', KEY);
    await waitFor(() => publish(host.platformUrl, [message]).then(() => true));
    await read.waitFor(1);
  });

  test('has a new queue with all bindings after the connection was lost', async () => {
    const keys = ['aaaa0c64c51135f4e5e1', 'bbbb0c64c51135f4e5e2'];
    const config = sourceConfig({ url: [host.userUrl], routingKeys: keys });
    const source = createBonfireSource(config, testContext(systemClock, 'again'));
    const abort = new AbortController();
    const seen: string[] = [];
    let connections = 0;
    const running = supervise(
      source,
      async (signal) => {
        connections += 1;
        for await (const batch of source.deliveries(signal)) {
          for (const one of batch) {
            if ('native' in one) seen.push(labelOf(one.native));
            one.ack();
          }
        }
      },
      {
        clock: systemClock,
        random: () => 0.5,
        signal: abort.signal,
        backoff: { initialMs: 20, maxMs: 200, factor: 2 },
      },
    );
    await waitFor(() => connections === 1);
    await server.ctl('close_all_connections', '--vhost', 'bonfire', 'a test');
    await waitFor(() => connections === 2, { timeoutMs: 60_000 });
    const sent = keys.map((key) => simpleMessage(key, 'experiments', key));
    await publish(host.userUrl, sent);
    await waitFor(() => seen.length === 2);
    expect(seen).toEqual(keys);
    abort.abort();
    await within(running, 30_000, 'the end');
  });
});

describe('a component of the platform', () => {
  test('receives what its topics match', async () => {
    const url = [host.platformUrl];
    const routingKeys = ['res-mng.compute.#', '#.stopped.done'];
    const read = await reading({ url, exchange: 'resourceUsage', routingKeys });
    const sent = [
      golden('derived-mmq-compute-create-aggregator'),
      golden('hand-compute-stopped-done'),
    ];
    await onRabbitmq(host.platformUrl, async (connection) => {
      const channel = await connection.openChannel();
      channel.publish('resourceUsage', 'res-mng.experiment.create', Buffer.from('{}'));
    });
    await publish(host.platformUrl, sent);
    await read.waitFor(2);
    expect(read.natives().map(({ routingKey }) => routingKey)).toEqual([
      'res-mng.compute.create',
      'uk-epcc.compute.state.stopped.done',
    ]);
  });

  test('with a durable queue receives what came while it was away', async () => {
    await (await durable({ queue: 'kept' })).stop();
    await publish(host.platformUrl, [simpleMessage('missed', 'experiments', KEY)]);
    const read = await durable({ queue: 'kept' });
    await read.waitFor(1);
    expect(read.natives().map(labelOf)).toEqual(['missed']);
  });

  test('uses a queue that was made for it, whatever its limits', async () => {
    await onRabbitmq(host.platformUrl, async (connection) => {
      await (await connection.openChannel()).assertQueue('made', { durable: true });
    });
    await server.ctl('add_user', 'guided', 'x');
    await server.ctl('set_permissions', '-p', 'bonfire', 'guided', '^$', '^made$', '.*');
    const url = [`amqp://guided:x@127.0.0.1:${server.port}/bonfire`];
    const read = await durable({ url, queue: 'made' });
    await publish(host.platformUrl, [simpleMessage('1', 'experiments', KEY)]);
    await read.waitFor(1);
  });

  test('is told that a message came before', async () => {
    const config = durableConfig({ url: [host.platformUrl], routingKeys: [KEY], queue: 'twice' });
    const source = createBonfireDurableSource(config, context);
    await source.connect(never());
    await publish(host.platformUrl, [simpleMessage('1', 'experiments', KEY)]);
    for await (const [one] of source.deliveries(never())) {
      expect(one).not.toHaveProperty('native.redelivered');
      break;
    }
    await source.close();
    const read = await durable({ queue: 'twice' });
    await read.waitFor(1);
    expect(read.natives()[0]).toMatchObject({ redelivered: true });
    expect(decoded(read.natives()[0] as BonfireMessage).dedupe).toMatch(/^bonfire:/);
  });
});

describe('hostile messages', () => {
  test('of any size and headers become dead letters, and the others arrive', async () => {
    const read = await reading({ messageBytesMax: 1_000 });
    await publishRaw(host.platformUrl, 'experiments', KEY, nestedTable(15_000));
    const large = { ...simpleMessage('1', 'experiments', KEY), body: 'x'.repeat(2_000) };
    await publish(host.userUrl, [large, simpleMessage('2', 'experiments', KEY)]);
    await read.waitFor(3);
    const codes = read.deliveries.map((one) =>
      'malformed' in one ? one.malformed.error.code : labelOf(one.native),
    );
    expect(codes).toEqual(['VIA_AMQP_MESSAGE_INVALID', 'VIA_AMQP_MESSAGE_TOO_LARGE', '2']);
  });
});

describe('a sink', () => {
  const event = foreignEvent('vm-running-after-boot');

  async function send(given: Parameters<typeof sinkConfig>[0], natives: BonfireMessage[]) {
    const sink = createBonfireSink(sinkConfig({ url: [host.platformUrl], ...given }), context);
    try {
      await sink.connect(never());
      return await sink.send([{ event, natives }], never());
    } finally {
      await sink.close();
    }
  }

  const encode = (): BonfireMessage[] => {
    const result = bonfireCodec.encode(event, ENCODE_CONTEXT);
    return result.ok ? [...result.value.natives] : [];
  };

  test('publishes events of other dialects where the platform’s components read', async () => {
    await bind(host.platformUrl, 'resourceUsage', 'components', '*.compute.state.running');
    expect(await send({}, encode())).toEqual([{ kind: 'delivered' }]);
    const [received] = await drain(host.platformUrl, 'components');
    expect(received).toMatchObject({
      routingKey: 'viaduct.compute.state.running',
      properties: { contentType: 'application/json', deliveryMode: 2 },
    });
    const back = decoded(received as BonfireMessage).event;
    expect(back.id).toBe(event.id);
    expect(back.trail).toBe(`${event.trail} ${ENCODE_CONTEXT.brokerId}`);
  });

  test('counts as delivered what nobody listens to, unless told to keep it', async () => {
    const lonely = [simpleMessage('1', 'experiments', 'nobody0listens0here0')];
    expect(await send({}, lonely)).toEqual([{ kind: 'delivered' }]);
    expect(await send({ mandatory: true }, lonely)).toMatchObject([
      { kind: 'unavailable', code: 'VIA_AMQP_UNROUTABLE' },
    ]);
    expect(context.counts.get('returned')).toBe(1);
  });

  test('creates no exchange, and says that one is missing', async () => {
    await expect(send({ exchange: 'absent' }, [])).rejects.toMatchObject({
      kind: 'permanent',
      code: 'VIA_AMQP_NOT_FOUND',
    });
    const messages = [simpleMessage('1', 'absent', 'x')];
    expect(await send({}, messages)).toMatchObject([
      { kind: 'unavailable', code: 'VIA_AMQP_NOT_FOUND' },
    ]);
    expect(await server.ctl('list_exchanges', '-p', 'bonfire', 'name')).not.toContain('absent');
  });

  test('creates one where it is told to, and never another than what exists', async () => {
    expect(await send({ exchange: 'ours', declare: 'topic' }, [])).toEqual([{ kind: 'delivered' }]);
    expect(await server.ctl('list_exchanges', '-p', 'bonfire', 'name', 'type', 'durable')).toMatch(
      /^ours\s+topic\s+true$/m,
    );
    await expect(send({ exchange: 'ours', declare: 'direct' }, [])).rejects.toMatchObject({
      code: 'VIA_AMQP_CLASH',
    });
  });

  test('says which permission it lacks', async () => {
    const messages = [simpleMessage('1', 'resourceUsage', 'a.compute.create')];
    expect(await send({ url: [host.userUrl] }, messages)).toMatchObject([
      {
        kind: 'unavailable',
        code: 'VIA_AMQP_ACCESS_REFUSED',
        message: expect.stringContaining("access to exchange 'resourceUsage'"),
      },
    ]);
  });

  test('refuses one message that is too large, not the others', async () => {
    const small = simpleMessage('1', 'experiments', KEY);
    expect(await send({ messageBytesMax: 10 }, [small])).toMatchObject([
      { kind: 'refused', code: 'VIA_AMQP_MESSAGE_TOO_LARGE', permanent: true },
    ]);
  });
});

test('what a sink of one broker publishes, the source of another recognises', async () => {
  const read = await reading({ routingKeys: ['fedcba9876543210fedc'] });
  const sink = createBonfireSink(sinkConfig({ url: [host.userUrl] }), context);
  await sink.connect(never());
  const { native } = bonfireCodec.redact(golden('cocoma-01'));
  const { event } = decoded(native);
  const options = { exchange: 'experiments', routingKey: 'fedcba9876543210fedc' };
  const sent = bonfireCodec.encode(event, { ...ENCODE_CONTEXT, native, options });
  const natives = sent.ok ? sent.value.natives : [];
  expect(await sink.send([{ event, natives }], never())).toEqual([{ kind: 'delivered' }]);
  await sink.close();
  await read.waitFor(1);
  const [received] = read.natives();
  expect(received?.body).toBe(native.body);
  expect(decoded(received as BonfireMessage).event).toMatchObject({
    id: event.id,
    trail: ENCODE_CONTEXT.brokerId,
    data: event.data,
  });
});
