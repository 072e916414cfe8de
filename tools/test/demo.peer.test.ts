/** `npm start` with a RabbitMQ: both legs, and nothing left on the server. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from '@viaduct/testkit';
import { expect, it } from 'vitest';
import { freshVhost } from '../peers/shared-rabbitmq.ts';

const root = join(import.meta.dirname, '../..');

it('carries events both ways, shows them, and takes everything away again', async () => {
  const vhost = await freshVhost();
  const folder = mkdtempSync(join(tmpdir(), 'viaduct-test-'));
  const args = ['--conditions=@viaduct/source', 'tools/run.js', 'demo/start.ts'];
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { PATH: process.env.PATH, TMPDIR: folder, AMQP_URL: vhost.url },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'close');
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  for (const expected of [
    /OpenNebula VM \d+ .*→ OpenStack +delivered +compute\.instance\./,
    /listener, info: compute\.instance\./,
    /OpenStack +instance .*→ OpenNebula +sent +EVENT VM /,
    /subscriber: EVENT STATE VM\//,
    /BonFIRE +compute 450 .*→ Cloudify +delivered +workflow_/,
    /Cloudify hook: workflow_/,
    /Cloudify +execution .*→ BonFIRE +delivered +execution\./,
    /BonFIRE user: execution\./,
    /SNMP +interface 1 .*→ CloudEvent +delivered/,
    /manager: linkDown/,
  ]) {
    const what = `${String(expected)} on the terminal`;
    await waitFor(() => expected.test(output), { timeoutMs: 60_000, what });
  }
  // RabbitMQ 4.3 takes no others.
  const kinds = await vhost.ctl('list_queues', 'durable', 'exclusive');
  expect(kinds.split('\n').filter((line) => line.includes('true')).length).toBeGreaterThan(4);
  expect(kinds).not.toMatch(/^false\tfalse$/m);
  child.kill('SIGINT');
  const [code] = await ended;
  expect([code, errors]).toEqual([0, '']);
  expect(output).not.toContain('!');
  expect(readdirSync(folder)).toEqual([]);
  rmSync(folder, { recursive: true });
  // Our own queue of the source waits for its expiry; all else goes with its last user.
  const queues = await vhost.ctl('list_queues', 'name');
  expect(queues.split('\n').filter((name) => /notifications|bus/.test(name))).toEqual([]);
  await vhost.drop();
});
