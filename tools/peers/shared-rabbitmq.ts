import { randomUUID } from 'node:crypto';
import { inject } from 'vitest';
import { type RabbitmqAddress, rabbitmqctl } from './rabbitmq.ts';
import { requirePeer } from './started.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The RabbitMQ that the whole run shares, started by global-setup.ts. */
    rabbitmq: RabbitmqAddress;
  }
}

/** A virtual host of the run's shared RabbitMQ that nobody else uses. */
export interface Vhost {
  readonly name: string;
  /** `amqp://guest:guest@127.0.0.1:PORT/NAME`, ready to connect with. */
  readonly url: string;
  /** Runs rabbitmqctl for this virtual host: `ctl('list_queues', 'name', 'messages')`. */
  ctl(command: string, ...args: readonly string[]): Promise<string>;
  /** Deletes the virtual host with all that is in it; closes its connections. */
  drop(): Promise<void>;
}

/**
 * A new virtual host on the RabbitMQ that this run shares; one for each test file, or each test.
 * Tests that stop or break the server start their own (`startRabbitmq`).
 */
export async function freshVhost(): Promise<Vhost> {
  requirePeer('rabbitmq');
  const address = inject('rabbitmq');
  const name = `test-${randomUUID().slice(0, 8)}`;
  await rabbitmqctl(address, 'add_vhost', name);
  await rabbitmqctl(address, 'set_permissions', '-p', name, 'guest', '.*', '.*', '.*');
  return {
    name,
    url: `${address.url}/${name}`,
    ctl: (command, ...args) => rabbitmqctl(address, command, '-p', name, ...args),
    drop: async () => {
      await rabbitmqctl(address, 'delete_vhost', name);
    },
  };
}
