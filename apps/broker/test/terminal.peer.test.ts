/** What somebody at a keyboard sees: questions, colours, titles, a bar that moves. */
import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { atTerminal, type Answer, type TerminalOutcome } from '../../../tools/peers/terminal.ts';
import { requirePeer } from '../../../tools/peers/started.ts';
import { viaduct } from './viaduct-command.ts';
import { stateOf, type WebBroker } from './web-broker.ts';
import { openRetiredScene, openWebScene } from './web-scene.ts';

requirePeer('terminal');

const BIN = join(import.meta.dirname, '../bin/viaduct.js');
const TEST_MS = 240_000;

interface Asked {
  readonly answers?: readonly Answer[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs a command at a terminal, in the folder of a broker. */
function type(
  broker: WebBroker,
  args: readonly string[],
  asked: Asked = {},
): Promise<TerminalOutcome> {
  const command = [process.execPath, '--conditions=@viaduct/source', BIN, ...args];
  return atTerminal(command, { cwd: broker.folder, ...asked });
}

describe('viaduct init at a terminal', { timeout: TEST_MS }, () => {
  it('asks, asks again where it is not understood, and writes what check finds good', async () => {
    const { broker } = await openWebScene();
    const answers = [
      { after: 'Where do events come from?', type: 'opnebula\n' },
      { after: 'There is no source "opnebula"', type: '\n' },
      { after: 'Where do events come from?', type: 'opennebula\n' },
      { after: 'its endpoint?', type: 'tcp://frontend:2101\n' },
      { after: 'And?', type: '\n' },
      { after: 'Where do they go?', type: 'snmp\n' },
      { after: 'its target?', type: '\n' },
      { after: 'And?', type: 'cloudevents.stdout\n' },
      { after: 'And?', type: '\n' },
    ];
    const { code, screen } = await type(broker, ['init', 'first.yaml'], { answers });
    expect([code, screen.includes('first.yaml is written')]).toEqual([0, true]);
    const text = await readFile(join(broker.folder, 'first.yaml'), 'utf8');
    expect(text).toContain("endpoint: 'tcp://frontend:2101'");
    const checked = await viaduct(['check', 'first.yaml', '--json'], { cwd: broker.folder });
    expect(JSON.parse(checked.stdout)).toMatchObject({ ok: true, problems: [] });
  });

  it('writes nothing when ^C is the answer', async () => {
    const { broker } = await openWebScene();
    const answers = [{ after: 'Where do events come from?', type: '\x03' }];
    const { code, screen } = await type(broker, ['init', 'first.yaml'], { answers });
    expect([code, screen.includes('Nothing was written.')]).toEqual([130, true]);
    expect(await readdir(broker.folder)).not.toContain('first.yaml');
  });
});

describe('a terminal', { timeout: TEST_MS }, () => {
  it('gets titles, colours unless it wants none, a bar, and a question before a change', async () => {
    const { broker } = await openWebScene();
    await broker.start();
    await broker.post(stateOf('1', 'failed', randomUUID()), stateOf('2', 'running', randomUUID()));
    const tail = await type(broker, ['tail', '-n', '2', '--max', '2']);
    expect(tail.code).toBe(0);
    expect(tail.screen).toContain('\x1b[1mSTORED');
    const plain = await type(broker, ['tail', '-n', '1', '--max', '1'], { env: { NO_COLOR: '1' } });
    expect(plain.screen).toMatch(/^STORED +SOURCE +SUBJECT/);
    expect(plain.screen).not.toContain('\x1b');
    const followed = await type(broker, ['tail'], { answers: [{ after: 'STORED', type: '\x03' }] });
    expect(followed.code).toBe(0);
    const refused = await type(broker, ['replay', '--from', '1h'], {
      answers: [{ after: 'Do it? [y/N]', type: 'n\n' }],
    });
    expect([refused.code, refused.screen.includes('Nothing was done.')]).toEqual([0, true]);
    const backup = await type(broker, ['journal', 'backup', 'copy']);
    expect([backup.code, backup.screen.includes('█'.repeat(30))]).toEqual([0, true]);
    const piped = await viaduct(['journal', 'backup', 'other'], { cwd: broker.folder });
    expect([piped.code, piped.stderr]).toEqual([0, '']);
  });

  it('says what is lost with a retired sink before it is dropped, and does what is answered', async () => {
    const { broker } = await openRetiredScene();
    const drop = ['sinks', 'drop', 'nms', '--reason', 'switched off'];
    const answered = (answer: string) =>
      type(broker, drop, { answers: [{ after: 'Do it? [y/N]', type: `${answer}\n` }] });
    const kept = await answered('n');
    expect([kept.code, kept.screen]).toEqual([0, expect.stringContaining('Nothing was done.')]);
    expect(kept.screen).toContain('To drop "nms": 2 events that it is owed');
    const { stdout } = await broker.run('sinks', 'retired', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ name: 'nms', events: 2 });
    const gone = await answered('y');
    expect([gone.code, gone.screen]).toEqual([0, expect.stringContaining('"nms" is dropped')]);
    expect((await broker.run('sinks', 'retired', '--json')).stdout).toBe('');
  });
});
