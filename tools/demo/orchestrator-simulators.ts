/**
 * A simulated BonFIRE and a simulated Cloudify manager: messages as the real services publish them,
 * on exchanges of the demo's own.
 */
import { randomUUID } from 'node:crypto';
import { connect } from 'amqplib';
import type { Receiver } from './receivers.ts';

const BONFIRE_INTERVAL_MS = 7_000;
const CLOUDIFY_INTERVAL_MS = 6_000;

/** The opaque key of the one experiment there is. */
const EXPERIMENT_KEY = '3fdff0c64c51135f4e5e';

interface Publication {
  readonly routingKey: string;
  readonly body: object;
}

/** Publishes what happens in one experiment, again and again. */
export function startBonfireSimulator(url: string, exchange: string): Promise<Receiver> {
  const publish = publications(bonfireMessage);
  return startPublishing(url, { exchange, type: 'direct' }, BONFIRE_INTERVAL_MS, publish);
}

/** Publishes one workflow execution after another; every third fails. */
export function startCloudifySimulator(url: string, exchange: string): Promise<Receiver> {
  const publish = publications(cloudifyMessage);
  return startPublishing(url, { exchange, type: 'topic' }, CLOUDIFY_INTERVAL_MS, publish);
}

function publications(next: (count: number) => Publication): () => Publication {
  let count = 0;
  return () => {
    count += 1;
    return next(count - 1);
  };
}

async function startPublishing(
  url: string,
  { exchange, type }: { readonly exchange: string; readonly type: 'direct' | 'topic' },
  intervalMs: number,
  next: () => Publication,
): Promise<Receiver> {
  const connection = await connect(url);
  connection.on('error', () => undefined);
  const channel = await connection.createChannel();
  channel.on('error', () => undefined);
  // The real ones are durable; this one goes with its last binding, so nothing is left over.
  await channel.assertExchange(exchange, type, { durable: false, autoDelete: true });
  const timer = setInterval(() => {
    const { routingKey, body } = next();
    channel.publish(exchange, routingKey, Buffer.from(JSON.stringify(body)), { deliveryMode: 2 });
  }, intervalMs);
  return {
    stop: async () => {
      clearInterval(timer);
      await connection.close().catch(() => undefined);
    },
  };
}

const COMPUTE_LIFE = ['create', 'state.running', 'state.suspended', 'state.running', 'delete'];

function bonfireMessage(count: number): Publication {
  const number = 450 + Math.floor(count / COMPUTE_LIFE.length);
  const eventType = COMPUTE_LIFE[count % COMPUTE_LIFE.length] ?? 'create';
  const body = {
    timestamp: Math.floor(Date.now() / 1000),
    objectType: 'compute',
    eventType,
    objectId: `/locations/uk-epcc/computes/${number}`,
    source: 'res-mng',
    groupId: 'demo',
    userId: 'demo',
    objectData: {
      name: `Server${number}`,
      host: 'vmhost4',
      experimentId: '/experiments/2946',
    },
  };
  return { routingKey: EXPERIMENT_KEY, body };
}

let executionId = randomUUID();

function cloudifyMessage(count: number): Publication {
  const fails = Math.floor(count / 3) % 3 === 2;
  const end = fails ? 'workflow_failed' : 'workflow_succeeded';
  const event_type = ['workflow_queued', 'workflow_started', end][count % 3] ?? end;
  if (event_type === 'workflow_queued') executionId = randomUUID();
  const context = {
    message_type: 'hook',
    is_system_workflow: false,
    blueprint_id: 'webshop',
    deployment_id: 'webshop-prod',
    execution_id: executionId,
    workflow_id: 'install',
    tenant_name: 'default_tenant',
    rest_token: 'a token that must not get through',
    tenant: { name: 'default_tenant' },
    execution_parameters: {},
  };
  const what = event_type.replace('workflow_', '');
  const message = { text: `'install' workflow execution ${what}`, arguments: null };
  const timestamp = new Date().toISOString();
  const body = { type: 'cloudify_event', event_type, context, message, timestamp };
  return { routingKey: 'events.hooks', body: { ...body, message_code: null } };
}
