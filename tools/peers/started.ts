import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { freshFolder } from './child.ts';

/** The real peers that tests can ask for. */
export type PeerName =
  | 'rabbitmq'
  | 'oslo'
  | 'ruby'
  | 'snmp'
  | 'python'
  | 'strace'
  | 'chromium'
  | 'prometheus'
  | 'shells'
  | 'terminal';

/** Evidence that this run started a peer. */
export interface StartedPeer {
  readonly peer: PeerName;
  readonly pid: number;
  /** What the peer says it is, in its own words: `RabbitMQ 3.10.8`. */
  readonly version: string;
}

/** Names the file that holds the run's record; every process of a run inherits it. */
const RECORD_VARIABLE = 'VIADUCT_RUN';

const required = new Set<PeerName>();

/** Begins the record of a test run, once in the process that all others are started from. */
export function beginRun(): void {
  const file = join(freshFolder('run'), 'started.jsonl');
  appendFileSync(file, '');
  process.env[RECORD_VARIABLE] = file;
}

/** Records a peer that was started and has answered; does nothing outside a test run. */
export function recordStarted(peer: StartedPeer): void {
  const file = process.env[RECORD_VARIABLE];
  if (file !== undefined) appendFileSync(file, `${JSON.stringify(peer)}\n`);
}

/** Every peer this run has started so far, oldest first; empty outside a test run. */
export function startedPeers(): readonly StartedPeer[] {
  const file = process.env[RECORD_VARIABLE];
  if (file === undefined) return [];
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as StartedPeer);
}

/**
 * Called at the top of a test file that is about a real peer. Throws where this run has no peers
 * (never skips), and makes the file fail at its end unless this run really started that peer.
 */
export function requirePeer(peer: PeerName): void {
  if (process.env[RECORD_VARIABLE] === undefined) {
    throw new Error(`${peer}: this run has no peers; name the file *.peer.test.ts`);
  }
  required.add(peer);
}

/** The peers that the running test file asked for. */
export function requiredPeers(): ReadonlySet<PeerName> {
  return required;
}

/**
 * The newest peer of that name which this run started and which still runs. Throws when there is
 * none, or when the process of that id is not one of this run's.
 */
export function runningPeer(peer: PeerName): StartedPeer {
  const found = startedPeers().findLast((started) => started.peer === peer && isOurs(started.pid));
  if (found === undefined) throw new Error(`this run has not started ${peer}, or it has ended`);
  return found;
}

function isOurs(pid: number): boolean {
  const mark = `${RECORD_VARIABLE}=${process.env[RECORD_VARIABLE] ?? ''}`;
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(mark);
  } catch {
    return false;
  }
}
