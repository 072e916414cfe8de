/** The broker dies: at any moment, at any system call, by a stop. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Plan } from './plan.ts';
import type { Rig } from './rig.ts';
import type { Scenario } from './scenario.ts';
import { AWAIT_CALLS, setTrap } from './syscall-trap.ts';

/** Every source that acknowledges, every sink that is confirmed. */
const ALL_CONFIRMED: Plan = {
  sources: ['nova', 'hooks-in', 'agents'],
  sinks: ['bus', 'web', 'nms'],
};

const PER_SECOND = 150;

/** `kill -9` at moments that a clock chooses, from the first milliseconds of a start on. */
export const killBroker: Scenario = {
  name: 'kill-broker',
  fault: 'kill -9 of the broker at random moments',
  plan: ALL_CONFIRMED,
  faults: 5,
  repetitions: 8,
  mustSeeDuplicates: true,
  run: async (rig) => {
    await rig.startBroker();
    await rig.whileFlowing(PER_SECOND, async () => {
      for (let kill = 0; kill < rig.faults; kill += 1) {
        // One in four comes while the broker is still starting or catching up.
        if (rig.random() < 0.25) await rig.pause(100, 2_000);
        else {
          if (kill > 0) await rig.broker.connected(rig.plan.sources);
          await rig.pause(100, 3_000);
        }
        await rig.broker.kill();
        rig.disrupted('kill -9');
        await rig.broker.start();
      }
    });
    await rig.broker.connected([...rig.plan.sources, ...rig.plan.sinks]);
  },
};

/** A trap that is not met within this time is replaced by a plain kill. */
const TRAP_TIMEOUT_MS = 20_000;

/** `kill -9` at the N-th call of a thread around which it waits for disk, socket or thread. */
export const killAtSyscall: Scenario = {
  name: 'kill-at-syscall',
  fault: 'kill -9 at a random system call',
  plan: ALL_CONFIRMED,
  faults: 5,
  repetitions: 8,
  mustSeeDuplicates: true,
  run: async (rig) => {
    await rig.startBroker();
    await rig.whileFlowing(PER_SECOND / 3, async () => {
      for (let kill = 0; kill < rig.faults; kill += 1) {
        if (kill > 0) await rig.broker.connected(rig.plan.sources);
        await killAtCall(rig);
        rig.disrupted('kill -9 at a system call');
        await rig.broker.start();
      }
    });
    await rig.broker.connected([...rig.plan.sources, ...rig.plan.sinks]);
  },
};

async function killAtCall(rig: Rig): Promise<void> {
  const call = rig.pick(AWAIT_CALLS);
  const trap = await setTrap(rig.broker.pid, {
    call,
    what: 'signal=SIGKILL',
    when: String(rig.whole(1, 120)),
  });
  await Promise.race([rig.broker.ended, delay(TRAP_TIMEOUT_MS)]);
  await rig.broker.kill();
  await trap.remove();
}

/** SIGTERM in mid-stream: what is under way is settled before the end, so nothing comes twice. */
export const stopBroker: Scenario = {
  name: 'stop-broker',
  fault: 'SIGTERM and a new start in mid-stream',
  plan: ALL_CONFIRMED,
  faults: 3,
  repetitions: 2,
  run: async (rig) => {
    await rig.startBroker();
    await rig.whileFlowing(PER_SECOND, async () => {
      for (let stop = 0; stop < rig.faults; stop += 1) {
        await rig.pause(200, 2_000);
        await rig.broker.stop();
        await rig.startBroker();
      }
    });
  },
};
