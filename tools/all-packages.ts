import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NPM_OPTIONS } from './lone-install.ts';
import { run } from './oldest-node.ts';
import { freePort } from './peers/free-port.ts';

/** How long the broker may take until it runs, and to stop, milliseconds. */
const RUN_TIMEOUT_MS = 60_000;

const configuration = (port: number): string => `
broker: { data: ./data, admin: { listen: none } }
sources: { traps: { adapter: snmp, listen: '127.0.0.1:${String(port)}' } }
sinks: { out: { adapter: cloudevents.stdout } }
routes: [{ to: out }]
`;

const MESSAGE = {
  version: 'v2c',
  pdu: 'trap',
  agent: '192.0.2.1',
  trapOid: '1.3.6.1.6.3.1.1.5.3',
  varbinds: [],
};

/**
 * Installs all tarballs together with npm into an empty folder outside the repository, and uses the
 * command as whoever installs the broker does: version, check, translate, and a broker that starts
 * and stops in good order. Throws when one of these does not do what it is for.
 */
export async function checkTogether(tarballs: readonly string[]): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'viaduct-together-'));
  try {
    writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }');
    run('npm', ['install', ...NPM_OPTIONS, ...tarballs], folder);
    writeFileSync(join(folder, 'viaduct.yaml'), configuration(await freePort()));
    const viaduct = join(folder, 'node_modules/@viaduct/broker/bin/viaduct.js');
    const printed = (args: readonly string[], input = ''): string =>
      execFileSync(process.execPath, [viaduct, ...args], { cwd: folder, input, encoding: 'utf8' });
    expectText(printed(['--version']), /^\d+\.\d+\.\d+\n$/);
    expectText(printed(['check']), /good: 1 source, 1 sink, 1 route/);
    const translated = printed(
      ['translate', '--from', 'snmp', '--to', 'oslo'],
      `${JSON.stringify(MESSAGE)}\n`,
    );
    expectText(translated, /oslo\.message/);
    await runForAMoment(viaduct, folder);
    const page = join(folder, 'node_modules/@viaduct/broker/console/index.html');
    if (!existsSync(page)) throw new Error('the broker was packed without its console');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function runForAMoment(viaduct: string, folder: string): Promise<void> {
  const broker = spawn(process.execPath, [viaduct, 'run'], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: RUN_TIMEOUT_MS,
    killSignal: 'SIGKILL',
  });
  let log = '';
  broker.stderr.setEncoding('utf8').on('data', (piece: string) => {
    log += piece;
    // Once: a second signal would end it at once.
    if (!broker.killed && log.includes('"running"')) broker.kill('SIGTERM');
  });
  const [code] = (await once(broker, 'close')) as [number | null];
  if (code !== 0) throw new Error(`viaduct run ended with ${String(code)}:\n${log}`);
}

function expectText(text: string, pattern: RegExp): void {
  if (!pattern.test(text)) throw new Error(`not ${String(pattern)}: ${text}`);
}
