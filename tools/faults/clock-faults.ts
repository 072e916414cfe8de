/** The clock of the machine is set: forward, back, by years. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fakeTimeLibrary } from '../peers/debian-packages.ts';
import type { StartOptions } from './broker-process.ts';
import type { Rig } from './rig.ts';
import type { Scenario } from './scenario.ts';

const PER_SECOND = 150;

/** Seconds by which the clock is off, one after the other in any order. */
const OFFSETS = [3_600, -3_600, 86_400, -86_400, 10 * 86_400, -400 * 86_400, 7, -7, 0] as const;

/** The wall clock jumps while events flow, and once more between a kill and the start after it. */
export const stepClock: Scenario = {
  name: 'step-clock',
  fault: 'clock steps (hours and days, both ways)',
  plan: { sources: ['nova', 'hooks-in', 'agents'], sinks: ['bus', 'web', 'nms'], prefetch: 64 },
  faults: 6,
  repetitions: 2,
  obstacle: () => (fakeTimeLibrary() === undefined ? 'libfaketime is not installed' : undefined),
  run: async (rig) => {
    const clock = ownClock(rig);
    await rig.startBroker(clock.options);
    await rig.whileFlowing(PER_SECOND, async () => {
      for (let step = 0; step < rig.faults; step += 1) {
        await rig.pause(300, 1_500);
        clock.set(rig.pick(OFFSETS));
      }
      await rig.broker.kill();
      rig.disrupted('kill -9');
      // By the new clock the window of deduplication may be over for what sources send again: no
      // more than they may have under way, which is no more than claimMax here.
      rig.disrupted('sources send again after the window');
      clock.set(rig.pick(OFFSETS));
      await rig.startBroker(clock.options);
      await rig.progressed(50);
    });
  },
};

interface OwnClock {
  readonly options: StartOptions;
  /** The broker's clock from now on, seconds ahead of everybody else's. */
  set(offsetSeconds: number): void;
}

/** A wall clock for the broker alone; its monotonic clock and file times stay true. */
function ownClock({ broker }: Rig): OwnClock {
  const file = join(broker.folder, 'clock');
  const set = (offset: number): void => {
    writeFileSync(file, `${offset < 0 ? '' : '+'}${offset}s`);
  };
  set(0);
  const env = {
    LD_PRELOAD: fakeTimeLibrary() ?? '',
    FAKETIME_TIMESTAMP_FILE: file,
    FAKETIME_NO_CACHE: '1',
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
    NO_FAKE_STAT: '1',
  };
  return { options: { env }, set };
}
