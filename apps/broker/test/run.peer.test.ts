/** The command against a real RabbitMQ that does not let it in, or is not there. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from '@viaduct/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freshVhost, type Vhost } from '../../../tools/peers/shared-rabbitmq.ts';
import { startViaduct } from './viaduct-command.ts';

const TIMEOUT_MS = 60_000;

let folder: string;
let vhost: Vhost;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'viaduct-run-'));
  vhost = await freshVhost();
});

afterEach(async () => {
  await vhost.drop();
  await rm(folder, { recursive: true, force: true });
});

describe('viaduct run with a RabbitMQ that refuses the password', () => {
  it('says so once, without the password, keeps running and stops cleanly', async () => {
    const url = vhost.url.replace('guest:guest', 'guest:hunter2');
    const file = join(folder, 'viaduct.yaml');
    await writeFile(
      file,
      `
sources: { stack: { adapter: oslo, url: "\${URL}", exchanges: nova } }
sinks: { osbus: { adapter: oslo, url: "\${URL}" } }
routes: [{ from: stack, to: osbus }]
`,
    );
    const running = startViaduct(['run', file], { env: { URL: url } });
    const refused = (where: string) =>
      running.log().filter((line) => line[where] !== undefined && line.level === 'warn');
    const limits = { timeoutMs: TIMEOUT_MS, what: 'both refusals in the log' };
    await waitFor(() => refused('source').length > 0 && refused('sink').length > 0, limits);
    for (const where of ['source', 'sink']) {
      expect(refused(where)).toHaveLength(1);
      expect(refused(where)[0]).toMatchObject({ code: 'VIA_AMQP_LOGIN_REFUSED' });
    }
    running.child.kill('SIGTERM');
    const { code, stderr } = await running.ended;
    expect(code).toBe(0);
    expect(stderr).not.toContain('hunter2');
  });
});
