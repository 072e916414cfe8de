/**
 * Podman and Buildah on a machine without an engine, a registry or systemd: everything is kept in a
 * folder of its own, and removed with it.
 */
import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Longest run of one command, milliseconds; a build downloads packages. */
const COMMAND_TIMEOUT_MS = 900_000;

const CONFIGURATION = `[engine]
runtime = "runc"
[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1000:1000"]
`;

/** Runs the container programs with a store of their own. */
export interface ContainerEngine {
  /** What it printed; throws with its standard error when it fails. */
  podman(...args: readonly string[]): string;
  /** The same with a text on standard input. */
  podmanWith(input: string, ...args: readonly string[]): string;
  /** Exit code and output, whatever it is. */
  tryPodman(...args: readonly string[]): { readonly status: number; readonly output: string };
  /** Prints as it goes, for long builds. */
  buildah(...args: readonly string[]): void;
  /** podman-compose in a folder. */
  compose(folder: string, ...args: readonly string[]): void;
  start(...args: readonly string[]): ChildProcess;
}

/** An engine that keeps everything below `folder`. */
export function containerEngine(folder: string): ContainerEngine {
  mkdirSync(folder, { recursive: true });
  const configuration = join(folder, 'containers.conf');
  writeFileSync(configuration, CONFIGURATION);
  const storage = join(folder, 'storage.conf');
  const store = `[storage]\ndriver = "vfs"\ngraphroot = "${folder}/store"\nrunroot = "${folder}/run"\n`;
  writeFileSync(storage, store);
  const env = {
    ...process.env,
    STORAGE_DRIVER: 'vfs',
    CONTAINERS_CONF: configuration,
    CONTAINERS_STORAGE_CONF: storage,
    BUILDAH_FORMAT: 'docker',
  };
  const run = (file: string, args: readonly string[], input = '', cwd?: string): string => {
    const options = { env, input, timeout: COMMAND_TIMEOUT_MS, maxBuffer: 64 * 1024 * 1024 };
    const done = spawnSync(file, args, { ...options, encoding: 'utf8', ...(cwd && { cwd }) });
    if (done.status === 0) return done.stdout;
    const reason = done.error?.message ?? done.stderr;
    throw new Error(`${file} ${args.join(' ')}: ${reason}`);
  };
  return {
    podman: (...args) => run('podman', args),
    podmanWith: (input, ...args) => run('podman', args, input),
    tryPodman: (...args) => {
      const done = spawnSync('podman', args, {
        env,
        encoding: 'utf8',
        timeout: COMMAND_TIMEOUT_MS,
      });
      return { status: done.status ?? -1, output: done.stdout + done.stderr };
    },
    buildah: (...args) => {
      execFileSync('buildah', args, { env, stdio: ['ignore', 'inherit', 'inherit'] });
    },
    compose: (cwd, ...args) => {
      execFileSync('podman-compose', args, { env, cwd, stdio: ['ignore', 'inherit', 'inherit'] });
    },
    start: (...args) => spawn('podman', args, { env, stdio: ['pipe', 'pipe', 'pipe'] }),
  };
}
