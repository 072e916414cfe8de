import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freshFolder, startChild } from './child.ts';
import { ensurePeers } from './debian-packages.ts';
import { freePort } from './free-port.ts';
import { recordStarted } from './started.ts';

const START_TIMEOUT_MS = 60_000;
const RECEIVE_TIMEOUT_MS = 30_000;
const POLL_INTERVAL_MS = 20;

/** Modules of SNMPv2 itself: Debian does not ship them, a library of ours does. */
const STANDARD_MIBS = join(import.meta.dirname, '../../node_modules/net-snmp/lib/mibs');

/** A notification as snmptrapd prints it. */
export interface PrintedTrap {
  /** `TRAP2, SNMP v2c, community public`. */
  readonly header: string;
  /** v1: the enterprise, generic and specific trap by their names. */
  readonly enterprise: string;
  readonly generic: string;
  readonly specific: string;
  /** Where it says it comes from. */
  readonly from: string;
  /** `CLOUDIFY-MIB::cloudifyTenantName.0 = STRING: default_tenant`. */
  readonly varbinds: readonly string[];
}

/** What a receiver is started with. */
export interface SnmptrapdOptions {
  /** Folders with MIB modules, besides those of SNMPv2. */
  readonly mibFolders?: readonly string[];
  /** The modules to load from them. */
  readonly mibs?: readonly string[];
  /** Lines of its configuration: `createUser`, `authUser`. */
  readonly config?: readonly string[];
  /** `udp:127.0.0.1` or `udp6:[::1]`, without a port. */
  readonly transport?: string;
  /** A port to come back to. */
  readonly port?: number;
}

/** A running snmptrapd of net-snmp, with files of its own. */
export interface Snmptrapd {
  readonly pid: number;
  readonly version: string;
  readonly port: number;
  /** `127.0.0.1:PORT` */
  readonly target: string;
  traps(): readonly PrintedTrap[];
  /** Waits for at least so many and returns all; throws when the time is up. */
  waitForCount(count: number, timeoutMs?: number): Promise<readonly PrintedTrap[]>;
  /** Freezes it: it receives, and answers nothing. */
  pause(): void;
  resume(): void;
  /** The end of what it wrote to standard error. */
  errors(): string;
  stop(): Promise<void>;
}

/** Separates the fields of a printed trap; no value holds it. */
const SEPARATOR = '\u001f';
const FORMAT = ['@TRAP', '%P', '%N', '%W', '%q', '%b', `%V${SEPARATOR}%v`].join(SEPARATOR);

/** Starts snmptrapd on a free port, accepting everything that its configuration does not refuse. */
export async function startSnmptrapd(options: SnmptrapdOptions = {}): Promise<Snmptrapd> {
  ensurePeers(['snmp']);
  const folder = freshFolder('snmptrapd');
  mkdirSync(join(folder, 'state'));
  const config = join(folder, 'snmptrapd.conf');
  writeFileSync(config, ['disableAuthorization yes', ...(options.config ?? []), ''].join('\n'));
  const { transport = 'udp:127.0.0.1', mibs = [], mibFolders = [] } = options;
  const port = options.port ?? (await freePort());
  const child = await startChild({
    file: 'snmptrapd',
    args: [
      ...['-f', '-n', '-C', '-c', config, '-Lo', '-F', `${FORMAT}\n`],
      ...['-M', [STANDARD_MIBS, ...mibFolders].join(':'), '-m', ['SNMPv2-MIB', ...mibs].join(':')],
      `${transport}:${port}`,
    ],
    env: { SNMPCONFPATH: folder, SNMP_PERSISTENT_DIR: join(folder, 'state') },
  });
  const printed: PrintedTrap[] = [];
  let version = '';
  createInterface({ input: child.output }).on('line', (line) => {
    if (line.startsWith('NET-SNMP version')) version = line;
    if (line.startsWith('@TRAP')) printed.push(parseLine(line));
  });
  const waitUntil = async (done: () => boolean, what: string, timeoutMs: number): Promise<void> => {
    const deadline = performance.now() + timeoutMs;
    while (!done()) {
      if (child.hasEnded() || performance.now() > deadline) {
        throw new Error(`snmptrapd: waited in vain for ${what}\n${child.errors()}`);
      }
      await delay(POLL_INTERVAL_MS);
    }
  };
  await waitUntil(() => version !== '', 'its first line', START_TIMEOUT_MS);
  recordStarted({ peer: 'snmp', pid: child.pid, version });
  const waitForCount: Snmptrapd['waitForCount'] = async (count, timeoutMs = RECEIVE_TIMEOUT_MS) => {
    await waitUntil(() => printed.length >= count, `${count} traps`, timeoutMs);
    return printed;
  };
  return {
    pid: child.pid,
    version,
    port,
    target: `${transport.replace(/^udp6?:/, '')}:${port}`,
    traps: () => printed,
    waitForCount,
    pause: () => child.signal('SIGSTOP'),
    resume: () => child.signal('SIGCONT'),
    errors: () => child.errors(),
    stop: () => child.stop(),
  };
}

function parseLine(line: string): PrintedTrap {
  const [, header = '', enterprise = '', generic = '', specific = '', from = '', ...varbinds] =
    line.split(SEPARATOR);
  return { header, enterprise, generic, specific, from, varbinds };
}

/** What a program of net-snmp printed, and whether it was content. */
export interface SenderResult {
  readonly isOk: boolean;
  readonly text: string;
}

/**
 * Runs `snmptrap` or `snmpinform` with these arguments (version, user, target, names and values);
 * never rejects because of what the program says.
 */
export async function runSender(
  program: 'snmptrap' | 'snmpinform',
  args: readonly string[],
): Promise<SenderResult> {
  ensurePeers(['snmp']);
  const folder = freshFolder(program);
  mkdirSync(join(folder, 'cert_indexes')); // else it says that it made it
  const env = { ...process.env, MIBS: '', SNMPCONFPATH: folder, SNMP_PERSISTENT_DIR: folder };
  try {
    const { stdout, stderr } = await promisify(execFile)(program, args, { env });
    return { isOk: true, text: stdout + stderr };
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    return { isOk: false, text: stdout + stderr };
  }
}

/**
 * Records net-snmp's senders as a peer of this run: they end at once, so it is the test itself that
 * stands for them.
 */
export function recordSender(): void {
  ensurePeers(['snmp']);
  const version = execFileSync('snmptrap', ['-V'], { encoding: 'utf8', stdio: 'pipe' });
  recordStarted({ peer: 'snmp', pid: process.pid, version: version.trim() });
}

/** Runs `smilint` on a module, at its strictest; resolves with its complaints, empty for none. */
export async function lintMib(file: string): Promise<string> {
  ensurePeers(['snmp']);
  const env = { ...process.env, SMIPATH: STANDARD_MIBS };
  try {
    const { stdout, stderr } = await promisify(execFile)('smilint', ['-l', '6', '-s', file], {
      env,
    });
    return stdout + stderr;
  } catch (error) {
    const { stdout = '', stderr = '', message } = error as Error & Record<string, string>;
    return stdout + stderr || message;
  }
}
