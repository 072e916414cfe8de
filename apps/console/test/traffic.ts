/** Events that go on coming, so that there are rates to be seen. */
import { machineEvent, type Scene } from './scene.ts';

const STATES = ['running', 'failed', 'running', 'stopped'] as const;

/** Between two batches, milliseconds: a handful of events a second. */
const INTERVAL_MS = 250;

/** It goes on. */
export interface Traffic {
  stop(): Promise<void>;
}

/** Machines that run, fail and stop, at the source `cloud`; now and then one at `jobs`. */
export function startTraffic(scene: Scene): Traffic {
  let count = 0;
  let isStopped = false;
  let last = Promise.resolve();
  const send = async (): Promise<void> => {
    count += 1;
    const native = STATES[count % STATES.length] ?? 'running';
    const state = { value: native, native: native.toUpperCase() };
    const port = count % 5 === 0 ? scene.places.jobsPort : scene.places.cloudPort;
    // A scene that restarts its broker refuses some.
    await scene
      .post([machineEvent(`vm-${String(count % 12)}`, { state })], port)
      .catch(() => undefined);
  };
  const timer = setInterval(() => {
    if (!isStopped) last = send();
  }, INTERVAL_MS);
  return {
    stop: async () => {
      isStopped = true;
      clearInterval(timer);
      await last;
    },
  };
}
