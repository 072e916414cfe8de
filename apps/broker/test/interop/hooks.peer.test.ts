/**
 * Hooks for real: a manager's events on a real RabbitMQ, the broker with a hooks.conf, and behind it
 * net-snmp's snmptrapd with the vendor's MIB, a Python plugin and a failing function.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { waitFor } from '@viaduct/testkit';
import { connect } from 'amqplib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startPython } from '../../../../tools/peers/python.ts';
import { freshVhost } from '../../../../tools/peers/shared-rabbitmq.ts';
import { startSnmptrapd } from '../../../../tools/peers/snmptrapd.ts';
import { requirePeer } from '../../../../tools/peers/started.ts';
import { startBroker } from './live-broker.ts';

requirePeer('python');
requirePeer('rabbitmq');
requirePeer('snmp');

const PYTHON = startPython();
const packages = join(import.meta.dirname, '../../../../packages');
const conf = (name: string): string =>
  readFileSync(join(packages, `cloudify/fixtures/hooks-conf/${name}.yaml`), 'utf8');
const message = (name: string): string => {
  const file = join(packages, `cloudify/fixtures/golden/${name}.native.json`);
  return (JSON.parse(readFileSync(file, 'utf8')) as { readonly body: string }).body;
};

const cleanups: (() => Promise<unknown>)[] = [];
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'viaduct-hooks-'));
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  rmSync(folder, { recursive: true });
});

function write(name: string, text: string): string {
  const file = join(folder, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

/** Publishes as a manager of 7.x does. */
async function publish(url: string, ...names: readonly string[]): Promise<void> {
  const connection = await connect(url);
  const channel = await connection.createConfirmChannel();
  await channel.assertExchange('cloudify-events-topic', 'topic', { durable: true });
  for (const name of names) {
    const body = Buffer.from(message(name));
    channel.publish('cloudify-events-topic', 'events.hooks', body, { deliveryMode: 2 });
  }
  await channel.waitForConfirms();
  await connection.close();
}

async function startWith(file: string, connected: readonly string[]) {
  const vhost = await freshVhost();
  cleanups.push(() => vhost.drop());
  await publish(vhost.url); // the exchange is there, as with a manager that runs
  const broker = await startBroker(
    `
sources: { flows: { adapter: cloudify, url: "${vhost.url}" } }
sinks:
  hooks:
    adapter: cloudify.hooks
    file: "${file}"
    python: "${PYTHON}"
    plugins: "${join(folder, 'plugins')}"
    pythonPath: ["${folder}"]
    attemptsMax: 2
routes: [{ from: flows, to: hooks }]
`,
    ['flows', ...connected],
  );
  cleanups.push(() => broker.remove());
  return { broker, url: vhost.url };
}

describe('the documented hooks.conf, as it stands but for addresses', () => {
  it('sends traps that snmptrapd names with the vendor’s MIB', async () => {
    const trapd = await startSnmptrapd({
      mibFolders: [join(packages, 'snmp/fixtures/mibs')],
      mibs: ['CLOUDIFY-MIB'],
    });
    cleanups.push(() => trapd.stop());
    const text = conf('documented-snmp')
      .replaceAll('10.239.0.109', '127.0.0.1')
      .replaceAll('destination_port: 162', `destination_port: ${String(trapd.port)}`);
    const { url } = await startWith(write('hooks.conf', text), []);
    await publish(url, 'v7-workflow-started', 'v7-workflow-cancelled', 'v5-workflow-failed');
    const traps = await trapd.waitForCount(2);
    const texts = traps.map(({ varbinds }) => varbinds.join('\n')).sort();
    expect(texts).toHaveLength(2); // there is no hook for a cancelled workflow
    expect(texts[0]).toContain('CLOUDIFY-MIB::cloudifyWorkflowFailed');
    expect(texts[1]).toContain('CLOUDIFY-MIB::cloudifyWorkflowStarted');
    for (const one of texts) expect(one).toMatch(/cloudifyDeploymentID\.0 = .*nodecellar-prod/);
    expect(traps[0]?.header).toContain('community testcommunity');
  });

  it('runs the task of a plugin', async () => {
    const out = join(folder, 'out.txt');
    const plugin = `
def run_task(event_context, tasks_file, task_name):
    with open(${JSON.stringify(out)}, "a") as file:
        file.write("%s %s %s\\n" % (event_context["event_type"], task_name, tasks_file))
`;
    write('plugins/cloudify-fabric-plugin/fabric_plugin/tasks.py', plugin);
    const { url } = await startWith(write('hooks.conf', conf('documented-generic')), []);
    await publish(url, 'v7-workflow-started', 'v7-workflow-succeeded');
    const lines = (): readonly string[] => {
      try {
        return readFileSync(out, 'utf8').trim().split('\n');
      } catch {
        return [];
      }
    };
    await waitFor(() => lines().length === 2, { what: 'both tasks', timeoutMs: 60_000 });
    expect([...lines()].sort()).toEqual([
      'workflow_started test_started_task /tmp/fabric_test/tasks.py',
      'workflow_succeeded test_succeeded_task /tmp/fabric_test/tasks.py',
    ]);
  });
});

describe('a hook that fails', () => {
  it('becomes a dead letter after its attempts, and holds up no other hook', async () => {
    const out = join(folder, 'good.txt');
    write('pager.py', 'def boom(event_context):\n  raise ValueError("no pager")\n');
    const hooks = `hooks:
  - { name: bad, event_type: workflow_started, implementation: pager.boom }
  - { name: good, event_type: workflow_started, command: [/bin/sh, -c, "echo ran >> ${out}"] }
`;
    const { broker, url } = await startWith(write('hooks.conf', hooks), [
      'hooks.bad',
      'hooks.good',
    ]);
    await publish(url, 'v7-workflow-started');
    const letter = await broker.logged('a dead letter', (line) =>
      JSON.stringify(line).includes('VIA_CLOUDIFY_HOOK_FAILED'),
    );
    expect(JSON.stringify(letter)).toContain('hooks.bad');
    await waitFor(() => readFileSync(out, 'utf8') === 'ran\n', { timeoutMs: 30_000 });
    // The token of the execution's creator is nowhere in what the broker keeps.
    expect(JSON.stringify(broker.log())).not.toContain('ctok-');
  });
});

describe('a hooks.conf that changes while the broker runs', () => {
  it('is applied; a broken one changes nothing and is told', async () => {
    const ran = (name: string): boolean => {
      try {
        return readFileSync(join(folder, name), 'utf8').startsWith('ran');
      } catch {
        return false;
      }
    };
    const hook = (name: string): string =>
      `  - { name: ${name}, event_type: workflow_started, ` +
      `command: [/bin/sh, -c, "echo ran > ${folder}/${name}"] }\n`;
    const file = write('hooks.conf', `hooks:\n${hook('one')}`);
    const { broker, url } = await startWith(file, ['hooks.one']);
    write('hooks.conf', 'hooks: [');
    await broker.logged('the file is broken', (line) => line.code === 'VIA_CLOUDIFY_HOOKS_FILE');
    await publish(url, 'v7-workflow-started');
    await waitFor(() => ran('one'), { timeoutMs: 30_000, what: 'the last good hook' });
    write('hooks.conf', `hooks:\n${hook('one')}${hook('two')}`);
    await broker.logged('the new hook', (line) => line.sink === 'hooks.two');
    await publish(url, 'edge-timestamp-truncated'); // another event than the one before
    await waitFor(() => ran('two'), { timeoutMs: 30_000, what: 'the new hook' });
    expect(await broker.stop()).toBe(0);
  });
});
