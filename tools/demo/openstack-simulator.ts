/**
 * A simulated OpenStack: notifications as nova's and cinder's oslo.messaging notifiers publish them
 * (envelope 2.0, priorities in the routing key), on an exchange of the demo's own.
 */
import { randomUUID } from 'node:crypto';
import { connect } from 'amqplib';

/** A running simulator. */
export interface OpenstackSimulator {
  /** Notifications published so far. */
  readonly published: () => number;
  stop(): Promise<void>;
}

const INTERVAL_MS = 2_500;

const TENANT_ID = '6f70656e737461636b2074656e616e74';

type Stage = readonly [eventType: string, priority: 'INFO' | 'ERROR', payload: object];

/** Publishes the life of one server after another until it is stopped. */
export async function startOpenstackSimulator(
  url: string,
  exchange: string,
  topic: string,
): Promise<OpenstackSimulator> {
  const connection = await connect(url);
  connection.on('error', () => undefined);
  const channel = await connection.createChannel();
  channel.on('error', () => undefined);
  // As oslo.messaging declares by default; deleted with its last binding, so nothing is left over.
  await channel.assertExchange(exchange, 'topic', { durable: false, autoDelete: true });
  let published = 0;
  let stages: Stage[] = [];
  const timer = setInterval(() => {
    if (stages.length === 0) stages = serverLife(published);
    const [eventType, priority, payload] = stages.shift() as Stage;
    const body = envelope(eventType, priority, payload);
    const routingKey = `${topic}.${priority.toLowerCase()}`;
    channel.publish(exchange, routingKey, Buffer.from(body), {
      contentType: 'application/json',
      contentEncoding: 'utf-8',
      deliveryMode: 2,
      priority: 0,
      headers: {},
    });
    published += 1;
  }, INTERVAL_MS);
  return {
    published: () => published,
    stop: async () => {
      clearInterval(timer);
      await connection.close().catch(() => undefined);
    },
  };
}

function envelope(eventType: string, priority: string, payload: object): string {
  const message = {
    message_id: randomUUID(),
    publisher_id: eventType.startsWith('volume') ? 'volume.cinder1@lvm' : 'compute.nova1',
    event_type: eventType,
    priority,
    payload,
    timestamp: timestamp(),
    _unique_id: randomUUID().replaceAll('-', ''),
    _context_request_id: `req-${randomUUID()}`,
    _context_project_id: TENANT_ID,
    _context_user_name: 'demo',
    _context_auth_token: 'a token that must not get through',
  };
  return JSON.stringify({ 'oslo.version': '2.0', 'oslo.message': JSON.stringify(message) });
}

/** `2026-01-31 12:00:00.000000`: with a blank, microseconds, and no zone. */
function timestamp(): string {
  return new Date().toISOString().replace('T', ' ').replace('Z', '000');
}

function serverLife(number: number): Stage[] {
  const id = randomUUID();
  const server = (state: string, more: object = {}): object => ({
    tenant_id: TENANT_ID,
    user_id: '75736572206964',
    instance_id: id,
    display_name: `shop-${number + 1}`,
    host: 'nova1',
    node: 'nova1.stack.example',
    state,
    state_description: '',
    memory_mb: 2048,
    vcpus: 2,
    disk_gb: 20,
    root_gb: 20,
    ephemeral_gb: 0,
    instance_type: 'm1.small',
    architecture: 'x86_64',
    os_type: 'linux',
    image_ref_url: 'http://glance.stack.example:9292/images/1',
    created_at: timestamp(),
    launched_at: '',
    deleted_at: '',
    metadata: {},
    ...more,
  });
  const volume = { volume_id: randomUUID(), display_name: `data-${number + 1}`, size: 10 };
  const fails = number % 3 === 2;
  return [
    ['compute.instance.create.start', 'INFO', server('building')],
    fails
      ? ['compute.instance.create.error', 'ERROR', server('error', { message: 'No valid host' })]
      : ['compute.instance.create.end', 'INFO', server('active', { message: 'Success' })],
    ['volume.create.end', 'INFO', { ...volume, tenant_id: TENANT_ID, status: 'available' }],
    ['compute.instance.power_off.end', 'INFO', server('stopped')],
    ['compute.instance.delete.end', 'INFO', server('deleted')],
  ];
}
