import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, globSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PeerName } from './started.ts';

/** The Debian packages that bring a peer, and how to see whether its programs are there. */
interface Need {
  readonly packages: readonly string[];
  isThere(): boolean;
}

/** What can be asked for: peers, and programs that only some tools need. */
export type Programs = PeerName | 'containers' | 'faults';

/** Debian's Chromium. */
export const CHROMIUM = '/usr/bin/chromium';

/** Beside them the plugin by which containers of one network find one another by name. */
const CONTAINER_PROGRAMS: readonly string[] = [
  'buildah',
  'podman',
  'runc',
  'podman-compose',
  'catatonit',
  'debootstrap',
];

const NEEDS: Readonly<Record<Programs, Need>> = {
  rabbitmq: {
    packages: ['rabbitmq-server'],
    isThere: () => rabbitmqPrograms() !== undefined && runs('epmd', ['-names']) !== undefined,
  },
  oslo: {
    packages: ['python3-oslo.messaging'],
    isThere: () => runs('/usr/bin/python3', ['-c', 'import oslo_messaging']) === 0,
  },
  python: {
    packages: ['python3'],
    isThere: () => runs('/usr/bin/python3', ['--version']) === 0,
  },
  ruby: {
    packages: ['ruby-ffi-rzmq'],
    isThere: () => runs('ruby', ['-e', 'require "ffi-rzmq"']) === 0,
  },
  snmp: {
    packages: ['snmp', 'snmptrapd', 'smitools'],
    isThere: () =>
      [
        ['snmptrap', '-V'],
        ['snmptrapd', '-v'],
        ['smilint', '-V'],
      ].every(([program = '', option = '']) => runs(program, [option]) !== undefined),
  },
  strace: {
    packages: ['strace'],
    isThere: () => runs('strace', ['-V']) === 0,
  },
  chromium: {
    packages: ['chromium', 'fonts-dejavu-core'],
    isThere: () => existsSync(CHROMIUM),
  },
  prometheus: {
    packages: ['prometheus'],
    isThere: () => runs('prometheus', ['--version']) === 0 && runs('promtool', ['--version']) === 0,
  },
  shells: {
    packages: ['zsh', 'fish'],
    isThere: () => ['zsh', 'fish'].every((shell) => runs(shell, ['--version']) === 0),
  },
  terminal: {
    packages: ['bsdutils'],
    isThere: () => runs('script', ['--version']) === 0,
  },
  containers: {
    packages: [
      ...CONTAINER_PROGRAMS,
      'golang-github-containernetworking-plugin-dnsname',
      'dnsmasq-base',
    ],
    isThere: () =>
      CONTAINER_PROGRAMS.every((program) => runs(program, ['--version']) !== undefined) &&
      existsSync('/usr/lib/cni/dnsname'),
  },
  faults: {
    packages: ['strace', 'libfaketime'],
    isThere: () => runs('strace', ['-V']) === 0 && fakeTimeLibrary() !== undefined,
  },
};

const EVERY_PEER: readonly PeerName[] = [
  'rabbitmq',
  'oslo',
  'python',
  'ruby',
  'snmp',
  'strace',
  'chromium',
  'prometheus',
  'shells',
  'terminal',
];

/** Forbids the start of services while packages are configured (Debian policy 9.3.3). */
const SERVICE_POLICY = '/usr/sbin/policy-rc.d';

/** How long to wait for another installation on this machine to finish. */
const LOCK_TIMEOUT_S = 900;

/** The folder of RabbitMQ's own scripts; the ones on the path change user and demand root. */
export function rabbitmqPrograms(): string | undefined {
  const [newest] = globSync('/usr/lib/rabbitmq/lib/rabbitmq_server-*/sbin').sort().reverse();
  return newest !== undefined && existsSync(join(newest, 'rabbitmq-server')) ? newest : undefined;
}

/** The library that gives a process a clock of its own (`LD_PRELOAD`). */
export function fakeTimeLibrary(): string | undefined {
  return globSync('/usr/lib/*/faketime/libfaketimeMT.so.1')[0];
}

/** The peers of those named whose programs this machine lacks. */
export function missingPeers(peers: readonly Programs[] = EVERY_PEER): readonly Programs[] {
  return peers.filter((peer) => !NEEDS[peer].isThere());
}

/**
 * Sees to it that the peers' programs are installed: as root on Debian by installing what is
 * missing, one run at a time; elsewhere by throwing with the command that does it.
 */
export function ensurePeers(peers: readonly Programs[] = EVERY_PEER): void {
  const missing = missingPeers(peers);
  if (missing.length === 0) return;
  if (process.getuid?.() !== 0 || !existsSync('/etc/debian_version')) throw missingError(missing);
  console.log(`Installing what the peer tests need: ${packagesOf(missing).join(' ')}`);
  const lock = join(tmpdir(), 'viaduct-packages.lock');
  const self = fileURLToPath(import.meta.url);
  const args = ['-w', String(LOCK_TIMEOUT_S), lock, process.execPath, self, ...missing];
  const done = spawnSync('flock', args, { stdio: ['ignore', 'ignore', 'inherit'] });
  const still = missingPeers(missing);
  if (done.status !== 0 || still.length > 0) throw missingError(still);
}

function packagesOf(peers: readonly Programs[]): string[] {
  return peers.flatMap((peer) => NEEDS[peer].packages);
}

function missingError(peers: readonly Programs[]): Error {
  const command = `apt-get install -y --no-install-recommends ${packagesOf(peers).join(' ')}`;
  return new Error(
    `The tests against real peers need ${peers.join(', ')}. Install with:\n  ${command}\n` +
      'or leave these tests out:\n  VIADUCT_PEERS=off npm test',
  );
}

function runs(file: string, args: readonly string[]): number | undefined {
  const { error, status } = spawnSync(file, args, { stdio: 'ignore' });
  return error === undefined ? (status ?? undefined) : undefined;
}

function install(peers: readonly Programs[]): void {
  const missing = missingPeers(peers);
  if (missing.length === 0) return;
  const policyIsOurs = !existsSync(SERVICE_POLICY);
  if (policyIsOurs) writeFileSync(SERVICE_POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    apt('update');
    apt('install', '-y', '--no-install-recommends', ...packagesOf(missing));
  } finally {
    if (policyIsOurs) rmSync(SERVICE_POLICY);
  }
}

function apt(...args: readonly string[]): void {
  const patience = [
    '-q',
    '-o',
    `DPkg::Lock::Timeout=${LOCK_TIMEOUT_S}`,
    '-o',
    'Acquire::Retries=3',
  ];
  execFileSync('apt-get', [...patience, ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' },
  });
}

if (import.meta.main) install(process.argv.slice(2) as Programs[]);
