/** The network between the broker and RabbitMQ: cut, silent, slow, cut in the middle of a frame. */
import type { TcpFaults } from '@viaduct/testkit';
import type { Plan } from './plan.ts';
import type { Rig } from './rig.ts';
import type { Scenario } from './scenario.ts';

const THROUGH_PROXY: Plan = { sources: ['nova'], sinks: ['bus', 'web'], isProxied: true };

const PER_SECOND = 150;

/** Every connection reset, again and again. */
export const cutNetwork: Scenario = {
  name: 'cut-network',
  fault: 'network cut (connections reset)',
  plan: THROUGH_PROXY,
  faults: 6,
  repetitions: 2,
  run: async (rig) => {
    await rig.startBroker();
    await rig.whileFlowing(PER_SECOND, async () => {
      for (let cut = 0; cut < rig.faults; cut += 1) {
        await rig.pause(200, 1_500);
        const { incoming, outgoing } = rig.proxies;
        const proxy = rig.pick([incoming, outgoing]);
        proxy.cut();
        if (proxy === outgoing) rig.disrupted('the connection was cut', ['bus']);
      }
      await rig.progressed(50);
    });
  },
};

/** A connection that ends after so many bytes: in a method, a header or a body. */
export const cutFrames: Scenario = {
  name: 'cut-frames',
  fault: 'network cut in the middle of a frame',
  plan: THROUGH_PROXY,
  faults: 4,
  repetitions: 2,
  run: async (rig) => {
    await rig.startBroker();
    await rig.whileFlowing(PER_SECOND, async () => {
      for (let cut = 0; cut < rig.faults; cut += 1) {
        const { incoming, outgoing } = rig.proxies;
        const proxy = rig.pick([incoming, outgoing]);
        const direction = rig.pick(['toTarget', 'toClient'] as const);
        proxy.setFaults({ cutAfter: { direction, bytes: rig.whole(400, 200_000) } });
        // Every connection of that proxy ends so while it lasts, each perhaps in mid-delivery.
        const before = proxy.counters.connectionsTotal;
        await rig.pause(1_000, 4_000);
        proxy.setFaults({});
        const ended = proxy.counters.connectionsTotal - before + 1;
        if (proxy === outgoing) {
          for (let index = 0; index < ended; index += 1) rig.disrupted('cut in a frame', ['bus']);
        }
      }
      await rig.progressed(50);
    });
  },
};

/** Both ends believe in a connection that carries nothing any more. */
export const halfOpen: Scenario = {
  name: 'half-open',
  fault: 'network half-open (a black hole), then healed',
  plan: THROUGH_PROXY,
  repetitions: 2,
  run: async (rig) => {
    await rig.startBroker();
    await rig.whileFlowing(PER_SECOND, async () => {
      await rig.pause(500, 2_000);
      const { incoming, outgoing } = rig.proxies;
      incoming.setFaults({ drop: true });
      outgoing.setFaults({ drop: true });
      rig.disrupted('nothing came through', ['bus']);
      // Twice the heartbeat is noticed; less may pass unnoticed until the hole closes.
      await rig.pause(1_000, 9_000);
      incoming.setFaults({});
      outgoing.setFaults({});
      rig.disrupted('connections that lost bytes were reset', ['bus']);
      await rig.progressed(50);
    });
  },
};

/** Late and slow, but whole: nothing may come twice. */
export const slowNetwork: Scenario = {
  name: 'slow-network',
  fault: 'network delayed and slowed',
  plan: THROUGH_PROXY,
  repetitions: 2,
  run: async (rig) => {
    await rig.startBroker();
    await rig.whileFlowing(PER_SECOND / 2, async () => {
      await impede(rig, { delayMs: rig.whole(20, 400) });
      await impede(rig, { bytesPerSecondMax: rig.whole(30_000, 120_000) });
      await rig.progressed(50);
    });
  },
};

async function impede({ proxies, pause }: Rig, faults: TcpFaults): Promise<void> {
  const both = [proxies.incoming, proxies.outgoing];
  for (const proxy of both) proxy.setFaults(faults);
  await pause(2_000, 4_000);
  for (const proxy of both) proxy.setFaults({});
}
