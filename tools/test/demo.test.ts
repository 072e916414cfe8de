import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { opennebulaCodec, parseKey } from '@viaduct/opennebula/codec';
import { seededRandom } from '@viaduct/testkit';
import { describe, expect, it } from 'vitest';
import {
  cloudStarts,
  hostFails,
  imageAppears,
  machineLives,
  quotaRefuses,
} from '../demo/life-cycle.ts';
import { fit, wrap } from '../demo/screen.ts';

const root = join(import.meta.dirname, '../..');

function everyMessage() {
  const random = seededRandom(1);
  const world = { random: () => random(), seconds: () => 1_760_000_000 };
  const lives = Array.from({ length: 40 }, (_, id) => machineLives(id, world));
  const rest = [cloudStarts(world), hostFails(1), imageAppears(world, 8, 'x'), quotaRefuses()];
  return [...lives, ...rest].flatMap((steps) => [...steps].flatMap(({ messages }) => messages));
}

describe('the simulated OpenNebula', () => {
  it('publishes only what decodes, with states that are known', () => {
    const natives = new Set<string>();
    for (const message of everyMessage()) {
      const decoded = opennebulaCodec.decode(message, {
        receivedAt: 0,
        system: 'demo',
        ordinal: 0,
      });
      expect(decoded).toMatchObject({ ok: true });
      for (const { event } of decoded.ok ? decoded.value : []) {
        const { state } = event.data;
        if (state === undefined) continue;
        natives.add(state.native);
        const isKnown = state.value !== 'unknown' || state.native.includes('UNKNOWN');
        expect(isKnown, state.native).toBe(true);
      }
    }
    expect(natives.size).toBeGreaterThan(15);
    expect([...natives].join()).toMatch(/BOOT_FAILURE/);
  });

  it('uses the keys of the real driver', () => {
    const keys = everyMessage().map(({ key }) => key);
    for (const key of keys) expect(parseKey(key), key).toBeDefined();
    expect(keys).toContain('EVENT STATE HOST/MONITORED//0 ');
    expect(keys).toContain('EVENT API one.vm.allocate 0');
    expect(keys.some((key) => /^EVENT SERVICE \d+ $/.test(key))).toBe(true);
  });
});

describe('the screen', () => {
  it('cuts a line to the terminal and breaks paragraphs at blanks', () => {
    expect(fit('one two three', 8)).toBe('one two…');
    expect(wrap('one two three', 8)).toEqual(['one two', 'three']);
  });
});

/** What the console shows first of the live stream, after the page itself. */
async function firstEvent(console: string): Promise<string> {
  const page = await (await fetch(console)).text();
  expect(page).toContain('<title>Viaduct</title>');
  const stream = await fetch(`${console}api/v1/events/live`);
  let text = '';
  for await (const part of stream.body!.pipeThrough(new TextDecoderStream())) {
    text += part;
    if (/^event: event$/m.test(text)) break;
  }
  return text;
}

/** What is at work without a RabbitMQ. */
const EVERYTHING: readonly RegExp[] = [
  /OpenNebula HOST .*kept/,
  /OpenNebula VM \d+ .*kept/,
  /manager: coldStart/,
  /SNMP +interface 1 +linkDown +→ CloudEvent delivered/,
  /webhook: io\.viaduct\.device\.state device\//,
  /manager: linkDown/,
  /CloudEvent \S+ backup-100 +com\.example\.backup\.finished +→ OpenNebula sent/,
  /subscriber: EVENT API /,
];

describe('npm start without RabbitMQ', () => {
  it('shows events, says once what is missing, and leaves nothing behind', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'viaduct-test-'));
    const args = ['--conditions=@viaduct/source', 'tools/run.js', 'demo/start.ts'];
    const child = spawn(process.execPath, [...args, '--without-rabbitmq'], {
      cwd: root,
      env: {
        PATH: process.env.PATH,
        TMPDIR: folder,
        AMQP_URL: 'amqp://user:hunter2@127.0.0.1:1/',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    let seen: Promise<string> | undefined;
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      const [, console] = /(http:\/\/127\.0\.0\.1:\d+\/) +the console/.exec(output) ?? [];
      if (console !== undefined) seen ??= firstEvent(console);
      // Once: a second one means "at once", and leaves its folder behind.
      const isEnough = EVERYTHING.every((expected) => expected.test(output));
      if (isEnough) void seen?.then(() => child.killed || child.kill('SIGINT'));
    });
    let errors = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
    const [code] = await once(child, 'close');
    expect([code, errors]).toEqual([0, '']);
    expect(await seen).toMatch(/^event: event$/m);
    // One address, and nothing else that looks like one.
    expect(output.match(/https?:\/\//g)).toHaveLength(1);
    expect(output.match(/none answers at AMQP_URL/g)).toHaveLength(1);
    // One RabbitMQ is missing, however many sources and sinks it is missing to.
    expect(output.match(/^! .*$/gm)).toHaveLength(1);
    expect(output).toMatch(/\d+ events accepted · \d+ delivered · \d+ sent/);
    expect(output).not.toContain('hunter2');
    expect(readdirSync(folder)).toEqual([]);
    rmdirSync(folder);
  }, 60_000);
});
