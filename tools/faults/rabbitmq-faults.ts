/** RabbitMQ dies, is restarted, runs out of memory, loses a queue, takes away rights. */
import { waitFor } from '@viaduct/testkit';
import type { Plan } from './plan.ts';
import type { Scenario } from './scenario.ts';

/** RabbitMQ on both sides, and a sink that has nothing to do with it. */
const AROUND_RABBITMQ: Plan = { sources: ['nova', 'agents'], sinks: ['bus', 'web'] };

const PER_SECOND = 150;
const HEAL_TIMEOUT_MS = 120_000;

/** A power cut for the server: its durable queues come back, unconfirmed messages may not. */
export const killRabbitmq: Scenario = {
  name: 'kill-rabbitmq',
  fault: 'RabbitMQ killed and started again',
  plan: AROUND_RABBITMQ,
  faults: 2,
  repetitions: 2,
  run: async (rig) => {
    await rig.startBroker();
    await rig.whileFlowing(PER_SECOND, async () => {
      for (let kill = 0; kill < rig.faults; kill += 1) {
        await rig.pause(1_000, 3_000);
        await rig.rabbitmq.kill();
        rig.disrupted('RabbitMQ was killed', ['bus']);
        await rig.pause(0, 3_000);
        await rig.rabbitmq.start();
        await rig.progressed(50);
      }
    });
  },
};

/** A clean restart, as of an upgrade. */
export const restartRabbitmq: Scenario = {
  name: 'restart-rabbitmq',
  fault: 'RabbitMQ restarted in good order',
  plan: AROUND_RABBITMQ,
  repetitions: 2,
  run: async (rig) => {
    await rig.startBroker();
    await rig.whileFlowing(PER_SECOND, async () => {
      await rig.pause(1_000, 3_000);
      await rig.rabbitmq.restart();
      rig.disrupted('RabbitMQ was restarted', ['bus']);
      await rig.progressed(50);
    });
  },
};

/** The server stops reading what is published (`connection.blocked`) until memory is free. */
export const alarmRabbitmq: Scenario = {
  name: 'alarm-rabbitmq',
  fault: 'memory alarm of RabbitMQ (connection.blocked)',
  plan: AROUND_RABBITMQ,
  repetitions: 2,
  run: async (rig) => {
    await rig.startBroker();
    await rig.whileFlowing(PER_SECOND, async () => {
      await rig.pause(500, 2_000);
      await rig.rabbitmq.ctl('set_vm_memory_high_watermark', '0.000001');
      // While blocked nothing is confirmed; whoever gives up meanwhile sends again what it had.
      rig.disrupted('RabbitMQ blocked its publishers', ['bus']);
      await rig.pause(4_000, 8_000);
      await rig.rabbitmq.ctl('set_vm_memory_high_watermark', '0.4');
      await rig.progressed(50);
    });
  },
};

/** The queue behind the sink goes: what is sent is returned, kept, and sent again. */
export const deleteQueue: Scenario = {
  name: 'delete-queue',
  fault: 'a queue deleted, and made again later',
  plan: AROUND_RABBITMQ,
  repetitions: 2,
  run: async (rig) => {
    await rig.startBroker();
    await rig.whileFlowing(PER_SECOND, async () => {
      await rig.pause(500, 2_000);
      await rig.bus.deleteQueue();
      await rig.pause(2_000, 5_000);
      await rig.bus.declare();
      await rig.progressed(50);
    });
  },
};

/** What the source of that name calls its queue. */
const OWN_QUEUE = 'viaduct.nova';

/**
 * The queue that the broker receives from goes, when it is empty: what was in it would go with it.
 * The broker makes a new one; what is published before has no queue, and its publisher is told.
 */
export const deleteOwnQueue: Scenario = {
  name: 'delete-own-queue',
  fault: "the broker's own queue deleted",
  plan: AROUND_RABBITMQ,
  repetitions: 1,
  run: async (rig) => {
    const { rabbitmq, vhost } = rig;
    await rig.startBroker();
    await rig.whileFlowing(PER_SECOND, () => rig.pause(500, 2_000));
    await waitFor(
      async () => {
        const queues = await rabbitmq.ctl('list_queues', '-p', vhost, 'name', 'messages');
        return new RegExp(`^${OWN_QUEUE}\\s+0$`, 'm').test(queues);
      },
      { timeoutMs: HEAL_TIMEOUT_MS, what: 'an empty queue' },
    );
    await rabbitmq.ctl('delete_queue', '-p', vhost, OWN_QUEUE);
    await rig.whileFlowing(PER_SECOND, () => rig.progressed(50));
  },
};

/** An operator takes the broker's rights and throws it out; later somebody notices. */
export const revokeRights: Scenario = {
  name: 'revoke-rights',
  fault: "the rights of the broker's user revoked",
  plan: AROUND_RABBITMQ,
  repetitions: 2,
  run: async (rig) => {
    const { rabbitmq, user, vhost } = rig;
    await rig.startBroker();
    await rig.whileFlowing(PER_SECOND, async () => {
      await rig.pause(500, 2_000);
      const rights = rig.pick(['none', 'read only']);
      if (rights === 'none') await rabbitmq.ctl('clear_permissions', '-p', vhost, user);
      else await rabbitmq.ctl('set_permissions', '-p', vhost, user, '^$', '^$', '.*');
      await rabbitmq.ctl('close_all_user_connections', user, 'rights were revoked');
      rig.disrupted('the connection was closed', ['bus']);
      await rig.broker.logged('that it may not', ({ level, sink }) => {
        return (level === 'warn' || level === 'error') && sink === 'bus';
      });
      await rig.pause(1_000, 4_000);
      await rabbitmq.ctl('set_permissions', '-p', vhost, user, '.*', '.*', '.*');
      await rig.progressed(50);
    });
  },
};

/** Connections stay open and nobody is behind them: the heartbeat has to notice. */
export const freezeRabbitmq: Scenario = {
  name: 'freeze-rabbitmq',
  fault: 'RabbitMQ frozen (SIGSTOP), longer than the heartbeat',
  plan: AROUND_RABBITMQ,
  repetitions: 1,
  run: async (rig) => {
    await rig.startBroker();
    await rig.whileFlowing(PER_SECOND, async () => {
      await rig.pause(500, 2_000);
      rig.rabbitmq.pause();
      rig.disrupted('RabbitMQ was frozen', ['bus']);
      await waitFor(() => rig.broker.log().some(({ level, sink }) => level === 'warn' && sink), {
        timeoutMs: HEAL_TIMEOUT_MS,
        what: 'the broker notices that RabbitMQ is silent',
      }).finally(() => rig.rabbitmq.resume());
      await rig.progressed(50);
    });
  },
};
