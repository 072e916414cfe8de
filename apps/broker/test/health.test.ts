import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { viaduct } from './viaduct-command.ts';

it('health says that no broker runs on a folder, and how it came to that', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'viaduct-health-'));
  const file = join(folder, 'viaduct.yaml');
  writeFileSync(
    file,
    `broker: { name: b, data: ${folder}/data }
sources: { s: { adapter: cloudevents.http, listen: 127.0.0.1:1 } }
sinks: { out: { adapter: cloudevents.stdout } }
routes: [{ from: s, to: out }]
`,
  );
  const { code, stdout } = await viaduct(['health', '-c', file, '--json']);
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({
    ok: false,
    text: expect.stringContaining(`no broker runs on ${folder}/data`),
  });
});
