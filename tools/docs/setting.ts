/** What the commands of a page find around them: a folder, files, and where it says so a broker. */
import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { openJournal } from '@viaduct/journal/sqlite';
import { systemClock, waitFor } from '@viaduct/testkit';
import { composeEvent } from '@viaduct/core';
import { freshFolder } from '../peers/child.ts';
import { freePort } from '../peers/free-port.ts';
import { ROOT } from './pages.ts';

/** Folders of a machine that the pages name; here they are below the scratch folder. */
const MACHINE_FOLDERS = ['/etc/viaduct', '/var/lib/viaduct', '/backup'];

/** Ports that the pages name: admin API, a webhook source, traps, an OpenNebula, more webhooks. */
const PORTS = [8080, 8088, 8089, 1162, 10162, 2101, 2111];

const WAIT_MS = 40_000;

/** Where a page's commands run. */
export interface Setting {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  /** A text of the page with the folders and ports of this scratch folder. */
  placed(text: string): string;
  /** Puts a file of the page where the page says it is. */
  write(name: string, text: string): void;
  close(): Promise<void>;
}

/**
 * Prepares a setting: `plain` has a configuration, messages and certificates; `broker` has a broker
 * on /etc/viaduct/viaduct.yaml besides, which took three events that its sink `nms` refused, and
 * once had a sink `oldnms`.
 */
export async function openSetting(name: string, amqpUrl: string): Promise<Setting> {
  const folder = freshFolder('docs');
  const ports = new Map<number, number>();
  for (const port of PORTS) ports.set(port, await freePort());
  const setting = placedIn(folder, ports, amqpUrl);
  plainFiles(folder);
  const refusing = createServer((request, response) => {
    request.resume().on('end', () => response.writeHead(422).end('no such service'));
  });
  refusing.listen(0, '127.0.0.1');
  await waitFor(() => refusing.listening);
  const { port } = refusing.address() as AddressInfo;
  setting.write('/etc/viaduct/viaduct.yaml', configuration(port));
  symlinkSync('etc/viaduct/viaduct.yaml', join(folder, 'viaduct.yaml'));
  symlinkSync('var/lib/viaduct', join(folder, 'data'));
  if (name === 'broker') await startBroker(setting);
  else if (name !== 'plain') throw new Error(`there is no setting "${name}"`);
  return {
    ...setting,
    close: async () => {
      stopBrokers(folder);
      refusing.closeAllConnections();
      await new Promise((resolve) => refusing.close(resolve));
    },
  };
}

function placedIn(folder: string, ports: ReadonlyMap<number, number>, amqpUrl: string): Setting {
  const placed = (text: string): string => {
    const foldered = MACHINE_FOLDERS.reduce(
      (each, machine) => each.replaceAll(machine, `${folder}${machine}`),
      text,
    );
    return foldered.replaceAll(/:(\d{4,5})\b/g, (all, port: string) => {
      const own = ports.get(Number(port));
      return own === undefined ? all : `:${String(own)}`;
    });
  };
  return {
    folder,
    env: {
      PATH: [join(import.meta.dirname, 'bin'), dirname(process.execPath), process.env.PATH].join(
        ':',
      ),
      HOME: folder,
      LANG: 'C.UTF-8',
      MIBS: '',
      SNMP_PERSISTENT_DIR: folder,
      AMQP_URL: amqpUrl,
      VIADUCT_REPOSITORY: ROOT,
      VIADUCT_SCRATCH: folder,
      NODE_COMPILE_CACHE: join(ROOT, '.cache/compiled'),
    },
    placed,
    write: (name, text) => {
      const file = name.startsWith('/') ? `${folder}${name}` : join(folder, name);
      mkdirSync(dirname(file), { recursive: true });
      // A link to the machine's own configuration gives way to the page's file.
      if (existsSync(file)) execFileSync('rm', [file]);
      writeFileSync(file, placed(withAdmin(name, text)), { mode: 0o600 });
    },
    close: () => Promise.resolve(),
  };
}

/** A configuration that leaves the admin API where it is by default would meet another's there. */
function withAdmin(name: string, text: string): string {
  if (!name.endsWith('.yaml') || /^broker:/m.test(text)) return text;
  return `${text}\nbroker: { admin: { listen: 127.0.0.1:8080 } }\n`;
}

/** Files that the pages name without showing them. */
function plainFiles(folder: string): void {
  for (const each of MACHINE_FOLDERS) mkdirSync(join(folder, each), { recursive: true });
  mkdirSync(join(folder, 'examples'));
  const examples = join(ROOT, 'examples');
  for (const each of ['opennebula-to-openstack.yaml', 'filters-and-routes.yaml']) {
    copyFileSync(join(examples, each), join(folder, 'examples', each));
  }
  const fixtures = join(ROOT, 'packages/opennebula/fixtures');
  const message = readFileSync(join(fixtures, 'vm-running.by-state.native.json'), 'utf8');
  writeFileSync(join(folder, 'messages.jsonl'), `${JSON.stringify(JSON.parse(message))}\n`);
  writeFileSync(
    join(folder, 'hooks.conf'),
    ['hooks:', '  - event_type: workflow_failed', '    implementation: ops.page', ''].join('\n'),
  );
}

function configuration(refusingPort: number): string {
  return `
broker: { name: docs, data: /var/lib/viaduct, admin: { listen: 127.0.0.1:8080 } }
sources:
  web: { adapter: cloudevents.http, listen: 127.0.0.1:8088 }
  traps: { adapter: snmp, listen: 127.0.0.1:1162 }
sinks:
  archive: { adapter: cloudevents.file, file: /var/lib/viaduct/events.jsonl }
  nms: { adapter: cloudevents.http, url: 'http://127.0.0.1:${String(refusingPort)}/' }
routes:
  - { name: everything to the archive, to: archive }
  - { name: what has failed to the manager, match: { state: failed }, to: nms }
`;
}

async function startBroker({ folder, env, placed }: Setting): Promise<void> {
  await retireSink(join(folder, 'var/lib/viaduct'));
  execFileSync('viaduct-beside', ['run', '--config', 'etc/viaduct/viaduct.yaml'], {
    cwd: folder,
    env,
    stdio: 'inherit',
  });
  for (const machine of ['1', '2', '3']) {
    await waitFor(() => post(placed('http://127.0.0.1:8088/'), failedMachine(machine)), {
      timeoutMs: WAIT_MS,
      what: 'the webhook source takes an event',
    });
  }
  await waitFor(
    async () => {
      const answer = await fetch(placed('http://127.0.0.1:8080/api/v1/dead-letters'));
      return JSON.stringify(await answer.json()).split('"nms"').length > 3;
    },
    { timeoutMs: WAIT_MS, what: 'the refused events are dead letters' },
  );
}

/** The broker had a sink `oldnms` once. */
async function retireSink(dataFolder: string): Promise<void> {
  const journal = await openJournal({ folder: dataFolder, clock: systemClock });
  await journal.subscribe('oldnms', 'now');
  await journal.retire('oldnms');
  await journal.close();
}

async function post(url: string, event: object): Promise<boolean> {
  try {
    const headers = { 'content-type': 'application/cloudevents+json' };
    const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(event) });
    return answer.status === 202;
  } catch {
    return false;
  }
}

function failedMachine(id: string): object {
  return composeEvent(
    {
      id: `00000000-0000-4000-8000-00000000000${id}`,
      dialect: 'cloudevents',
      source: 'cloudevents://one/docs',
      nativetype: 'docs.failed',
      data: {
        resource: { kind: 'compute', id, name: `vm-${id}` },
        action: 'state',
        state: { value: 'failed', native: 'FAILED' },
        severity: 'error',
      },
    },
    { receivedAt: Date.now(), system: 'one', ordinal: 0 },
  );
}

function stopBrokers(folder: string): void {
  const file = join(folder, 'broker.pid');
  if (!existsSync(file)) return;
  for (const pid of readFileSync(file, 'utf8').split('\n').filter(Boolean)) {
    try {
      process.kill(Number(pid), 'SIGKILL');
    } catch {
      // It ended when its page said so.
    }
  }
}
