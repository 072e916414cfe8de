/**
 * What happens in the simulated cloud, as generators of steps: messages to publish, each step some
 * time after the one before. Chance comes from outside, so a seed repeats a run.
 */
import { callMessages, type HookMessage, machineMessages, objectMessages } from './hook-message.ts';
import { hostXml, imageXml, networkXml } from './pool-objects.ts';
import { type Machine, machineXml, type MachineState } from './virtual-machine.ts';

/** Messages that leave together, so long after the step before. */
export interface Step {
  readonly afterMs: number;
  readonly messages: readonly HookMessage[];
}

/** Chance and time, from outside. */
export interface World {
  /** A number in [0, 1). */
  random(): number;
  /** Seconds since the epoch. */
  seconds(): number;
}

const HOSTS = ['kvm01.lab.example', 'kvm02.lab.example', 'kvm03.lab.example'];
const OWNERS = [
  { uid: 3, gid: 101, user: 'alice', group: 'research' },
  { uid: 4, gid: 101, user: 'bob', group: 'research' },
  { uid: 9, gid: 102, user: 'carol', group: 'shop' },
];
const NAMES = ['web', 'database', 'worker', 'cache', 'mail', 'build'];

const DEPLOY_ERROR =
  'DEPLOY: ERROR: deploy: internal error: process exited while connecting to monitor';
const QUOTA_ERROR =
  '[one.vm.allocate] User [3] : user [3]: limit of 10 reached for VMS quota in VM. Used: 10, requested: 1.';

/** Hosts come up, an image is registered, a network is made. */
export function* cloudStarts(world: World): Generator<Step> {
  for (const [id, name] of HOSTS.entries()) {
    const host = { id, name };
    yield step(
      120,
      objectMessages('HOST', id, 'INIT', hostXml(host, { now: 0, before: 0 }, []), name),
    );
    const known = hostXml(host, { now: 2, before: 0 }, []);
    yield step(250, objectMessages('HOST', id, 'MONITORED', known, name));
  }
  yield* imageAppears(world, 7, 'debian-12');
  const network = { id: 2, name: 'lab' };
  const created = networkXml(network, { now: 2, before: 0 });
  yield step(400, objectMessages('NET', 2, 'LOCK_CREATE', created));
  yield step(300, objectMessages('NET', 2, 'READY', networkXml(network, { now: 1, before: 2 })));
}

/** A new image is copied into its datastore. */
export function* imageAppears(world: World, id: number, name: string): Generator<Step> {
  const image = { id, name };
  const at = world.seconds();
  const template = `NAME = "${name}"\nPATH = "https://images.example/${name}.qcow2"\n`;
  yield step(300, callMessages('one.image.allocate', [template, 1, 0], { id }));
  const locked = imageXml(image, { now: 4, before: 0 }, at);
  yield step(100, objectMessages('IMAGE', id, 'LOCKED', locked));
  const ready = imageXml(image, { now: 1, before: 4 }, at);
  yield step(1500, objectMessages('IMAGE', id, 'READY', ready));
}

/** A host stops answering and comes back. */
export function* hostFails(id: number): Generator<Step> {
  const host = { id, name: HOSTS[id] ?? 'kvm01.lab.example' };
  const failed = hostXml(host, { now: 3, before: 2 }, []);
  yield step(0, objectMessages('HOST', id, 'ERROR', failed, host.name));
  const back = hostXml(host, { now: 2, before: 3 }, []);
  yield step(6000, objectMessages('HOST', id, 'MONITORED', back, host.name));
}

/** A user asks for more than the quota allows. */
export function* quotaRefuses(): Generator<Step> {
  const template = 'NAME = "one-too-many"\nCPU = 1\nMEMORY = 2048\n';
  const result = { error: QUOTA_ERROR, code: 512 };
  yield step(0, callMessages('one.vm.allocate', [template, 0], result));
}

/** The whole life of one machine, from allocation to DONE, with what may happen in between. */
export function* machineLives(id: number, world: World): Generator<Step> {
  let machine = newMachine(id, world);
  const become = (state: string, lcm: string): readonly HookMessage[] => {
    machine = { ...machine, before: machine.now, now: { state, lcm } };
    return machineMessages(machine);
  };
  const pause = (shortest: number): number => shortest + world.random() * shortest;

  const template = `NAME = "${machine.name}"\nCPU = ${machine.cores / 2}\nMEMORY = ${machine.memoryMiB}\n`;
  const extra = machineXml(machine);
  yield step(0, callMessages('one.vm.allocate', [template, 0], { id }, extra));
  yield step(60, machineMessages(machine));
  machine = deployed(machine, world);
  yield step(pause(900), become('ACTIVE', 'PROLOG'));
  yield step(pause(1200), become('ACTIVE', 'BOOT'));
  if (world.random() < 0.2) {
    machine = { ...machine, error: DEPLOY_ERROR };
    yield step(pause(900), become('ACTIVE', 'BOOT_FAILURE'));
    yield step(pause(2500), callMessages('one.vm.recover', [id, 2], { id }));
    machine = withoutError(machine);
    yield step(60, become('ACTIVE', 'BOOT'));
  }
  yield step(pause(900), become('ACTIVE', 'RUNNING'));

  const stations = [powerCycle, suspension, migration, blackout];
  for (let rounds = 1 + Math.floor(world.random() * 2); rounds > 0; rounds -= 1) {
    const station = stations[Math.floor(world.random() * stations.length)] ?? powerCycle;
    for (const [afterMs, next] of station(machine, world)) {
      if ('call' in next) {
        yield step(pause(afterMs), callMessages(next.call, next.inputs, { id }));
        continue;
      }
      machine = { ...machine, ...next.machine, before: machine.now, now: next.now };
      yield step(pause(afterMs), machineMessages(machine));
    }
  }

  yield step(pause(2500), callMessages('one.vm.action', ['terminate', id], { id }));
  yield step(60, become('ACTIVE', 'SHUTDOWN'));
  yield step(pause(900), become('ACTIVE', 'EPILOG'));
  machine = ended(machine, world);
  yield step(pause(700), become('DONE', 'LCM_INIT'));
}

function step(afterMs: number, messages: readonly HookMessage[]): Step {
  return { afterMs, messages };
}

function newMachine(id: number, world: World): Machine {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(world.random() * list.length)] as T;
  const pending = { state: 'PENDING', lcm: 'LCM_INIT' };
  return {
    id,
    name: `${pick(NAMES)}-${String(id).padStart(2, '0')}`,
    owner: pick(OWNERS),
    cores: pick([1, 2, 4]),
    memoryMiB: pick([1024, 2048, 4096]),
    now: pending,
    before: pending,
    startedAt: world.seconds(),
    endedAt: 0,
    stays: [],
    ...(world.random() < 0.25 ? { serviceId: 9 } : {}),
  };
}

function withoutError(machine: Machine): Machine {
  const { error, ...recovered } = machine;
  return error === undefined ? machine : recovered;
}

function deployed(machine: Machine, world: World): Machine {
  const hostId = Math.floor(world.random() * HOSTS.length);
  const host = HOSTS[hostId] as string;
  const stay = { host, hostId, from: world.seconds(), until: 0, action: 0 };
  return { ...machine, stays: [...machine.stays, stay] };
}

function ended(machine: Machine, world: World): Machine {
  const at = world.seconds();
  const [last, ...earlier] = machine.stays.toReversed();
  if (last === undefined) return machine;
  const stays = [...earlier.toReversed(), { ...last, until: at, action: 27 }];
  return { ...machine, endedAt: at, stays };
}

type Happening =
  | { readonly call: string; readonly inputs: readonly (string | number)[] }
  | { readonly now: MachineState; readonly machine?: Partial<Machine> };

type Station = Generator<readonly [afterMs: number, Happening]>;

const active = (lcm: string): Happening => ({ now: { state: 'ACTIVE', lcm } });
const action = (id: number, name: string): Happening => ({
  call: 'one.vm.action',
  inputs: [name, id],
});

function* powerCycle({ id }: Machine): Station {
  yield [2500, action(id, 'poweroff')];
  yield [60, active('SHUTDOWN_POWEROFF')];
  yield [1200, { now: { state: 'POWEROFF', lcm: 'LCM_INIT' } }];
  yield [2500, action(id, 'resume')];
  yield [60, active('BOOT_POWEROFF')];
  yield [1000, active('RUNNING')];
}

function* suspension({ id }: Machine): Station {
  yield [2500, action(id, 'suspend')];
  yield [60, active('SAVE_SUSPEND')];
  yield [1500, { now: { state: 'SUSPENDED', lcm: 'LCM_INIT' } }];
  yield [3000, action(id, 'resume')];
  yield [60, active('BOOT_SUSPENDED')];
  yield [1000, active('RUNNING')];
}

function* migration(machine: Machine, world: World): Station {
  const from = machine.stays.at(-1);
  const hostId = ((from?.hostId ?? 0) + 1) % HOSTS.length;
  const at = world.seconds();
  const stays = [
    ...machine.stays.slice(0, -1),
    ...(from === undefined ? [] : [{ ...from, until: at, action: 2 }]),
    { host: HOSTS[hostId] as string, hostId, from: at, until: 0, action: 0 },
  ];
  yield [2500, { call: 'one.vm.migrate', inputs: [machine.id, hostId, 'true', 'false', 0, 0] }];
  yield [60, { now: { state: 'ACTIVE', lcm: 'MIGRATE' }, machine: { stays } }];
  yield [1800, active('RUNNING')];
}

function* blackout(): Station {
  yield [2500, active('UNKNOWN')];
  yield [3500, active('RUNNING')];
}
