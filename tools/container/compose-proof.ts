/** The compose file, with the images as they are named in it. */
import { BROKER_IMAGE, SIMULATOR_IMAGE } from './build-images.ts';
import { until, type Proof } from './proofs.ts';

interface Status {
  readonly sinks: readonly {
    readonly name: string;
    readonly counters: { readonly delivered: number };
  }[];
}

/** Networks are the machine's, not of this store: two runs must not share one. */
const PROJECT = `viaduct-${String(process.pid)}`;

/** The services of the file; their logs are shown when it fails. */
const SERVICES = ['viaduct', 'rabbitmq', 'opennebula'];

/** Events that have to arrive in RabbitMQ for it to count. */
const DELIVERED_MIN = 5;

/** Three services find one another, and events arrive in RabbitMQ. */
export const proveCompose: Proof = {
  title: 'docker-compose.yml: OpenNebula to RabbitMQ through the broker',
  run: async ({ engine, checkout }) => {
    engine.podman('tag', BROKER_IMAGE, 'localhost/viaduct:latest');
    engine.podman('tag', SIMULATOR_IMAGE, `${SIMULATOR_IMAGE}:latest`);
    engine.compose(checkout, '--project-name', PROJECT, 'up', '--detach', '--no-build');
    try {
      let delivered = 0;
      await until(async () => {
        delivered = await deliveredTo(
          engine
            .tryPodman('exec', containerOf('viaduct'), 'cat', '/data/admin-token')
            .output.trim(),
        );
        return delivered >= DELIVERED_MIN;
      }, `${DELIVERED_MIN} events confirmed by RabbitMQ`);
      return `${delivered} events confirmed`;
    } catch (error) {
      const logs = SERVICES.map((service) => {
        const { output } = engine.tryPodman('logs', '--tail', '20', containerOf(service));
        return `--- ${service}\n${output}`;
      });
      throw new Error([(error as Error).message, ...logs].join('\n'), { cause: error });
    } finally {
      engine.compose(checkout, '--project-name', PROJECT, 'down', '--volumes');
      // As Debian has it, podman-compose leaves the network behind.
      engine.tryPodman('network', 'rm', '--force', `${PROJECT}_default`);
    }
  },
};

/** As podman-compose names it: the project, the service, a number. */
function containerOf(service: string): string {
  return `${PROJECT}_${service}_1`;
}

async function deliveredTo(token: string): Promise<number> {
  const headers = { authorization: `Bearer ${token}` };
  const answer = await fetch('http://127.0.0.1:8080/api/v1/status', { headers }).catch(
    () => undefined,
  );
  if (answer?.ok !== true) return 0;
  const { sinks } = (await answer.json()) as Status;
  return sinks.find(({ name }) => name === 'osbus')?.counters.delivered ?? 0;
}
