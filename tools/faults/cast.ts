/** The real peers around the broker of one repetition: who sends to it, and who receives. */
import { TcpProxy } from '@viaduct/testkit';
import { AmqpProducer } from '../oracle/amqp-producer.ts';
import type { Collector } from '../oracle/collector.ts';
import { HookCollector } from '../oracle/hook-collector.ts';
import { InformProducer } from '../oracle/inform-producer.ts';
import type { Notebook } from '../oracle/ledger.ts';
import type { Producer } from '../oracle/producer.ts';
import { QueueCollector } from '../oracle/queue-collector.ts';
import { sampleMaker } from '../oracle/sample.ts';
import { SnmpCollector } from '../oracle/snmp-collector.ts';
import { SubscriberCollector } from '../oracle/subscriber-collector.ts';
import { WebhookCollector } from '../oracle/webhook-collector.ts';
import { WebhookProducer } from '../oracle/webhook-producer.ts';
import { freshFolder } from '../peers/child.ts';
import { freePort } from '../peers/free-port.ts';
import { type Rabbitmq, rabbitmqctl } from '../peers/rabbitmq.ts';
import { writeHooks } from './crashing-hook.ts';
import { type Addresses, owedTo, type Plan, type SinkName, sinkId, termsOf } from './plan.ts';

/** Everybody but the broker. */
export interface Cast {
  readonly rabbitmq: Rabbitmq;
  /** The virtual host of this repetition, and the user that the broker logs in as. */
  readonly vhost: string;
  readonly user: string;
  readonly addresses: Addresses;
  readonly producers: readonly Producer[];
  /** Who publishes to RabbitMQ, where the plan has that source: among the producers too. */
  readonly nova: AmqpProducer | undefined;
  readonly bus: QueueCollector;
  readonly web: WebhookCollector;
  readonly nms: SnmpCollector;
  readonly traps: SnmpCollector;
  /** Of the sinks of the plan. */
  readonly collectors: readonly Collector[];
  /** Before the queue that is received from, and before the exchange that is sent to. */
  readonly proxies: { readonly incoming: TcpProxy; readonly outgoing: TcpProxy };
  close(): Promise<void>;
}

const EXCHANGE_IN = 'in';
const EXCHANGE_OUT = 'out';

/** Starts everybody; `random` numbers in [0, 1) make the events. */
export async function startCast(
  plan: Plan,
  rabbitmq: Rabbitmq,
  ledger: Notebook,
  random: () => number,
): Promise<Cast> {
  const login = await freshLogin(rabbitmq);
  const receivers = await startReceivers(plan, ledger, login);
  const { web, nms, traps } = receivers;
  const incoming = await TcpProxy.start({ port: rabbitmq.port });
  const outgoing = await TcpProxy.start({ port: rabbitmq.port });
  const through = ({ port }: TcpProxy): string =>
    plan.isProxied === true ? login.urlThrough(port) : login.urlThrough(rabbitmq.port);
  const hooks = writeHooks(freshFolder('hooks'));
  const addresses: Addresses = {
    amqpIn: through(incoming),
    amqpOut: through(outgoing),
    exchangeIn: EXCHANGE_IN,
    exchangeOut: EXCHANGE_OUT,
    webhookListen: await freePort(),
    informListen: await freePort(),
    webPort: web.port,
    nmsPort: nms.port,
    trapsPort: traps.port,
    publisherPort: await freePort(),
    hooksFile: hooks.file,
  };
  const producers = producersOf(plan, addresses, login.adminUrl, ledger, random);
  const nova = producers.find((producer) => producer instanceof AmqpProducer);
  await nova?.open();
  const collectors = plan.sinks.map((sink): Collector => {
    const about = { sink: sinkId(sink), ledger, terms: termsOf(plan, sink) };
    if (sink === 'runner') return new HookCollector({ ...about, file: hooks.output });
    if (sink !== 'one') return receivers[sink];
    const endpoint = `tcp://127.0.0.1:${addresses.publisherPort}`;
    return new SubscriberCollector({ ...about, endpoint });
  });
  const closers = new Set([...producers, ...collectors, ...Object.values(receivers)]);
  return {
    rabbitmq,
    ...login,
    addresses,
    producers,
    nova,
    ...receivers,
    collectors,
    proxies: { incoming, outgoing },
    close: async () => {
      await Promise.all([...closers, incoming, outgoing].map((one) => one.close()));
      // Where the server itself is what a scenario broke, there is nothing to tidy up.
      for (const thing of [
        ['delete_vhost', login.vhost],
        ['delete_user', login.user],
      ]) {
        await rabbitmqctl(rabbitmq.address, ...thing).catch(() => undefined);
      }
    },
  };
}

/** Those that are started whether the plan has their sink or not: it costs next to nothing. */
type Receivers = Pick<Cast, 'bus' | 'web' | 'nms' | 'traps'>;

async function startReceivers(plan: Plan, ledger: Notebook, login: Login): Promise<Receivers> {
  const about = (sink: SinkName) => ({ sink: sinkId(sink), ledger, terms: termsOf(plan, sink) });
  const url = login.adminUrl;
  const bus = new QueueCollector({
    ...about('bus'),
    url,
    exchange: EXCHANGE_OUT,
    queue: 'collector',
  });
  await bus.declare();
  return {
    bus,
    web: await WebhookCollector.start(about('web')),
    nms: await SnmpCollector.start(about('nms')),
    traps: await SnmpCollector.start(about('traps')),
  };
}

interface Login {
  readonly vhost: string;
  readonly user: string;
  /** For the peers, with all rights, whatever becomes of the broker's. */
  readonly adminUrl: string;
  /** For the broker: by this port, which may be a proxy's. */
  urlThrough(port: number): string;
}

let logins = 0;

async function freshLogin(rabbitmq: Rabbitmq): Promise<Login> {
  logins += 1;
  const vhost = `run-${logins}`;
  const user = `viaduct-${logins}`;
  const ctl = (...args: readonly string[]): Promise<string> =>
    rabbitmqctl(rabbitmq.address, ...args);
  // It greets clients a moment before it can be told such things.
  await ctl('await_startup');
  await ctl('add_vhost', vhost);
  await ctl('add_user', user, 'secret');
  for (const name of ['guest', user]) {
    await ctl('set_permissions', '-p', vhost, name, '.*', '.*', '.*');
  }
  return {
    vhost,
    user,
    adminUrl: `${rabbitmq.url}/${vhost}`,
    urlThrough: (port) => `amqp://${user}:secret@127.0.0.1:${port}/${vhost}`,
  };
}

function producersOf(
  plan: Plan,
  at: Addresses,
  amqpUrl: string,
  ledger: Notebook,
  random: () => number,
): readonly Producer[] {
  const options = () => ({
    ledger,
    maker: sampleMaker(random),
    sinksOf: (sample: Parameters<typeof owedTo>[1]) => owedTo(plan, sample),
  });
  return plan.sources.map((source) => {
    const common = { ...options(), name: source };
    if (source === 'nova') {
      return new AmqpProducer({ ...common, url: amqpUrl, exchange: at.exchangeIn });
    }
    if (source === 'hooks-in') {
      return new WebhookProducer({ ...common, url: `http://127.0.0.1:${at.webhookListen}/` });
    }
    return new InformProducer({ ...common, port: at.informListen });
  });
}
