import type { TestProject } from 'vitest/node';
import { ensurePeers } from './debian-packages.ts';
import { startRabbitmq } from './rabbitmq.ts';
import { beginRun } from './started.ts';
import type {} from './shared-rabbitmq.ts';

/** Once before the first peer test: the programs are there, the shared RabbitMQ runs. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  ensurePeers();
  beginRun();
  const rabbitmq = await startRabbitmq();
  project.provide('rabbitmq', rabbitmq.address);
  return () => rabbitmq.close();
}
