/** The configuration changes under load: settings, a broken file, a sink that goes and returns. */
import { waitFor } from '@viaduct/testkit';
import { configurationOf, type Plan } from './plan.ts';
import type { Rig } from './rig.ts';
import type { Scenario } from './scenario.ts';

const PLAN: Plan = {
  sources: ['nova', 'hooks-in', 'agents'],
  sinks: ['bus', 'web', 'nms'],
};

const PER_SECOND = 150;
const RELOAD_TIMEOUT_MS = 60_000;

/** A configuration as an operator may edit it. */
type Edited = Record<'sources' | 'sinks', Record<string, Record<string, unknown>>> & {
  routes: Record<string, unknown>[];
};

/** Edits that owe every event to the same sinks as before. */
const EDITS: readonly ((configuration: Edited, rig: Rig) => void)[] = [
  ({ sinks }, { whole }) => edit(sinks, 'web', { timeoutMs: whole(5_000, 60_000) }),
  ({ sinks }, { whole }) => edit(sinks, 'bus', { confirmTimeoutMs: whole(30_000, 90_000) }),
  ({ sinks }, { whole }) => edit(sinks, 'nms', { informTimeoutMs: whole(2_000, 9_000) }),
  ({ sources }, { whole }) => edit(sources, 'nova', { prefetch: whole(100, 2_000) }),
  ({ sources }, { whole }) => edit(sources, 'hooks-in', { inFlightMax: whole(500, 9_000) }),
  ({ sources }, { whole }) => edit(sources, 'agents', { answeredMs: whole(120_000, 240_000) }),
  ({ routes }, { whole }) => {
    for (const route of routes) route.name = `route ${whole(1, 1_000_000)}`;
  },
  ({ routes }) => void routes.reverse(),
];

/**
 * SIGHUP again and again, each time with another change, sometimes with a file that is wrong. What
 * is restarted by it settles first: nothing is lost, and nothing comes twice.
 */
export const reloadConfiguration: Scenario = {
  name: 'reload',
  fault: 'reload under load (SIGHUP), broken files too',
  plan: PLAN,
  faults: 8,
  repetitions: 2,
  run: async (rig) => {
    await rig.startBroker();
    await rig.whileFlowing(PER_SECOND, async () => {
      for (let reload = 0; reload < rig.faults; reload += 1) {
        await rig.pause(200, 1_200);
        if (rig.random() < 0.2) await applyBroken(rig);
        else await apply(rig, rig.pick(EDITS));
      }
    });
    await apply(rig, () => undefined);
  },
};

/** A sink with a backlog is taken out of the file, and put back later: it is owed what it was. */
export const retireSink: Scenario = {
  name: 'retire-sink',
  fault: 'a sink with a backlog retired, then back',
  plan: { sources: ['nova'], sinks: ['bus', 'web'] },
  repetitions: 1,
  run: async (rig) => {
    await rig.startBroker();
    await rig.whileFlowing(PER_SECOND, async () => {
      rig.web.mood = 'unavailable';
      await rig.pause(1_000, 3_000);
    });
    await apply(rig, ({ sinks, routes }) => {
      delete sinks.web;
      routes.splice(0, 1);
    });
    await rig.pause(500, 1_500);
    rig.web.mood = 'well';
    await apply(rig, () => undefined);
  },
};

function edit(
  endpoints: Record<string, Record<string, unknown>>,
  name: string,
  settings: Readonly<Record<string, unknown>>,
): void {
  Object.assign(endpoints[name] ?? {}, settings);
}

/** Writes the file with one change from the first configuration, and waits until it counts. */
async function apply(rig: Rig, change: (typeof EDITS)[number]): Promise<void> {
  const configuration = structuredClone(configurationOf(rig.plan, rig.addresses)) as Edited;
  change(configuration, rig);
  rig.broker.configure(configuration);
  await hangUp(rig);
}

async function applyBroken(rig: Rig): Promise<void> {
  rig.broker.configure({ sources: 'none', sinks: { web: { adapter: 'telegraph' } } });
  await hangUp(rig);
}

/** SIGHUP, and what the broker says to it. */
async function hangUp({ broker }: Rig): Promise<void> {
  const answers = (): number =>
    broker.log().filter(({ msg }) => /^(reloaded|the configuration stays)/.test(String(msg)))
      .length;
  const before = answers();
  broker.signal('SIGHUP');
  await waitFor(() => answers() > before, {
    timeoutMs: RELOAD_TIMEOUT_MS,
    what: 'the broker answers to SIGHUP',
  });
}
