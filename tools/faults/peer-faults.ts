/** Receivers that are away, silent, hang or fail, and hooks that crash. */
import type { WebhookMood } from '../oracle/webhook-collector.ts';
import type { Scenario } from './scenario.ts';

const PER_SECOND = 100;

/** The manager's port is closed, or it is there and says nothing; then it is back. */
export const loseManager: Scenario = {
  name: 'lose-manager',
  fault: 'trap and inform target unreachable, then back',
  plan: { sources: ['nova'], sinks: ['bus', 'nms', 'traps'] },
  faults: 2,
  repetitions: 2,
  run: async (rig) => {
    await rig.startBroker();
    await rig.whileFlowing(PER_SECOND, async () => {
      for (let fault = 0; fault < rig.faults; fault += 1) {
        await rig.pause(500, 1_500);
        const isSilent = rig.random() < 0.5;
        if (isSilent) rig.nms.isSilent = true;
        else await Promise.all([rig.nms.leave(), rig.traps.leave()]);
        // The others are not held up by it.
        await rig.progressed(100);
        await rig.pause(1_000, 4_000);
        await Promise.all([rig.nms.collect(), rig.traps.collect()]);
      }
    });
  },
};

/** A receiver of webhooks that takes requests and never answers, and worse. */
export const hangWebhook: Scenario = {
  name: 'hang-webhook',
  fault: 'a sink that hangs, resets, or is unavailable',
  plan: { sources: ['nova'], sinks: ['bus', 'web'], webhookTimeoutMs: 2_000 },
  repetitions: 2,
  run: async (rig) => {
    const moods: readonly WebhookMood[] = ['hang', 'reset', 'unavailable'];
    await rig.startBroker();
    await rig.whileFlowing(PER_SECOND, async () => {
      for (const mood of moods) {
        await rig.pause(300, 1_000);
        rig.web.mood = mood;
        // A 503 is an answer; of what hangs or is cut off nobody knows whether it was taken.
        if (mood !== 'unavailable')
          rig.disrupted(`the receiver is in the mood to ${mood}`, ['web']);
        await rig.progressed(100);
        await rig.pause(500, 3_000);
        rig.web.mood = 'well';
      }
    });
  },
};

/** Programs that die by a signal one time in five: each is another attempt of its event. */
export const crashHooks: Scenario = {
  name: 'crash-hooks',
  fault: 'hooks that crash',
  plan: { sources: ['nova'], sinks: ['bus', 'runner'], attemptsMax: 50 },
  repetitions: 1,
  run: async (rig) => {
    await rig.startBroker();
    await rig.whileFlowing(20, () => rig.pause(5_000, 8_000));
  },
};

/** Between good events, messages that are none: broken, bottomless, large, of strange headers. */
export const garbage: Scenario = {
  name: 'garbage',
  fault: 'garbage at the source',
  plan: { sources: ['nova'], sinks: ['bus', 'web'] },
  faults: 300,
  repetitions: 1,
  run: async (rig) => {
    await rig.startBroker();
    await rig.whileFlowing(PER_SECOND, async () => {
      for (let piece = 0; piece < rig.faults; piece += 1) {
        const bytes = Buffer.from(rig.pick(GARBAGE));
        const cut = bytes.subarray(0, rig.whole(1, bytes.length));
        await rig.nova?.publishGarbage(cut, rig.random() < 0.1 ? { compression: 'zlib' } : {});
        await rig.pause(0, 10);
      }
      await rig.progressed(50);
    });
  },
};

const GARBAGE: readonly string[] = [
  '{"oslo.version": "2.0", "oslo.message": "{\\"message_id\\": 7, \\"payload\\": {"}',
  `{"oslo.message": ${'['.repeat(50_000)}`,
  '\u0000\u0001\ufffe{"event_type": null, "payload": {"__proto__": {"a": 1}}}',
  'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n',
  '<!DOCTYPE a [<!ENTITY b "cc">]><a>&b;</a>',
  `{"event_type": "compute.instance.update", "payload": "${'x'.repeat(200_000)}`,
];

/** 100,000 events as fast as RabbitMQ takes them. */
export const burst: Scenario = {
  name: 'burst',
  fault: 'a burst of 100,000 events',
  plan: { sources: ['nova'], sinks: ['bus', 'web', 'one'], claimMax: 1_024 },
  faults: 100_000,
  repetitions: 1,
  run: async (rig) => {
    await rig.startBroker();
    await rig.nova?.issue(rig.faults);
  },
};
