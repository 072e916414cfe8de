import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { ADAPTERS } from '../src/adapters.ts';
import { runTranslate } from '../src/command/translate.ts';
import { startViaduct, viaduct } from './viaduct-command.ts';

const folder = join(import.meta.dirname, '../fixtures/translate');
const fixture = (name: string) => readFileSync(join(folder, name), 'utf8');
const linesOf = (text: string) => text.split('\n').filter((line) => line !== '');
const objectsOf = (text: string) =>
  linesOf(text).map((line) => JSON.parse(line) as Record<string, never>);

const TO_OSLO = ['translate', '--from', 'opennebula', '--to', 'oslo'];
const TO_OPENNEBULA = ['translate', '--from', 'oslo', '--to', 'opennebula'];

interface Translated {
  readonly events: readonly { readonly nativetype: string; readonly time: string }[];
  readonly natives: readonly Readonly<Record<string, string>>[];
  readonly losses: readonly { readonly path: string; readonly reason: string }[];
  readonly invented: readonly object[];
  readonly error?: { readonly code: string };
}

function translatedOf(stdout: string): readonly Translated[] {
  return objectsOf(stdout) as unknown as readonly Translated[];
}

describe('viaduct translate', () => {
  it('writes the target’s messages, one a line, and losses to standard error', async () => {
    const input = fixture('opennebula.jsonl');
    const { code, stdout, stderr } = await viaduct(TO_OSLO, { input });
    expect(code).toBe(0);
    const natives = objectsOf(stdout);
    expect(natives.length).toBeGreaterThanOrEqual(5);
    for (const native of natives) {
      expect(native).toMatchObject({ exchange: 'openstack', properties: { deliveryMode: 2 } });
    }
    expect(stderr).toMatch(/^stdin:\d+: lost \S+ \((unsupported|approximated)\)$/m);
    expect(stderr).toMatch(/^stdin:\d+: understood, and no event$/m);
  });

  it('says what it invented when asked to explain', async () => {
    const { stderr } = await viaduct([...TO_OPENNEBULA, '--explain'], {
      input: fixture('oslo.jsonl'),
    });
    expect(stderr).toMatch(/^stdin:1: oslo to opennebula$/m);
    expect(stderr).toMatch(/^ {4}← invented: .+$/m);
  });

  it('gives one line of JSON for each input with --json, an error among them', async () => {
    const input = `${fixture('opennebula.jsonl')}{"key": 5}\nno JSON\n`;
    const { code, stdout } = await viaduct([...TO_OSLO, '--json'], { input });
    const results = translatedOf(stdout);
    expect(code).toBe(1);
    expect(results).toHaveLength(linesOf(input).length);
    const errors = results.flatMap(({ error }) => (error === undefined ? [] : [error.code]));
    expect(errors).toEqual(['VIA_OPENNEBULA_FORM_INVALID', 'VIA_BROKER_INPUT_NOT_JSON']);
    const none = results.filter(
      ({ events }) => (events as unknown) !== undefined && events.length === 0,
    );
    expect(none).toEqual([{ events: [], natives: [], losses: [], invented: [] }]);
  });

  it('prints errors with their line, translates the rest, and exits 1', async () => {
    const [first = ''] = linesOf(fixture('oslo.jsonl'));
    const input = `${first}\n{"body": "no JSON"}\n${first}\n`;
    const { code, stdout, stderr } = await viaduct(TO_OPENNEBULA, { input });
    expect(code).toBe(1);
    expect(linesOf(stdout).length).toBeGreaterThanOrEqual(2);
    expect(stderr).toMatch(/^stdin:2: .*\(VIA_OSLO_BODY_NOT_JSON\)$/m);
  });

  it('takes bare XML over several lines, from a file', async () => {
    const file = join(folder, 'hook-message.xml');
    const { code, stdout } = await viaduct([...TO_OSLO, '--json', file]);
    expect(code).toBe(0);
    const [result] = translatedOf(stdout);
    expect(result?.events[0]?.nativetype).toContain('VM');
    expect(result?.natives[0]?.body).toContain('web-frontend-01');
  });

  it('takes a bare notification over several lines, without its secrets, every digit kept', async () => {
    const input = fixture('notification.json');
    const same = ['translate', '--from', 'oslo', '--to', 'oslo', '--json'];
    const { code, stdout } = await viaduct(same, { input });
    expect(code).toBe(0);
    expect(stdout).not.toContain('must not get through');
    expect(stdout).toContain('9007199254740993');
    const [result] = translatedOf(stdout);
    expect(result?.losses).toContainEqual({
      path: expect.stringContaining('auth_token'),
      reason: 'redacted',
    });
  });

  it('passes the native message where source and target are one dialect', async () => {
    const [first = ''] = linesOf(fixture('opennebula.jsonl'));
    const marked = first.replace(/"content": "([^"]+)"/, (_, content: string) => {
      const xml = Buffer.from(content, 'base64').toString();
      const more = xml.replace('</HOOK_MESSAGE>', '<UNHEARD_OF>kept</UNHEARD_OF></HOOK_MESSAGE>');
      return `"content": "${Buffer.from(more).toString('base64')}"`;
    });
    const same = ['translate', '--from', 'opennebula', '--to', 'opennebula', '--json'];
    const { stdout } = await viaduct(same, { input: marked });
    const contents = translatedOf(stdout).flatMap(({ natives }) =>
      natives.map(({ content = '' }) => Buffer.from(content, 'base64').toString()),
    );
    expect(contents.length).toBeGreaterThan(0);
    for (const content of contents) expect(content).toContain('<UNHEARD_OF>kept</UNHEARD_OF>');
  });

  it('is repeatable with --at', async () => {
    const args = [...TO_OSLO, '--json', '--at', '2026-01-31T12:00:00Z', '--system', 'lab'];
    const [first, second] = await Promise.all(
      [1, 2].map(() => viaduct(args, { input: fixture('opennebula.jsonl') })),
    );
    const events = (ended: typeof first) =>
      translatedOf(ended?.stdout ?? '').map((one) => one.events);
    expect(events(first)).toEqual(events(second));
    expect(events(first)[0]?.[0]).toMatchObject({
      source: expect.stringMatching(/^opennebula:\/\/lab/),
    });
  });

  it('ends quietly when its reader has gone', async () => {
    const input = fixture('opennebula.jsonl').repeat(400);
    const running = startViaduct(TO_OSLO, { input });
    const { stdout } = running.child;
    await once(stdout as NonNullable<typeof stdout>, 'data');
    stdout?.destroy();
    const { code, stderr } = await running.ended;
    expect(code).toBe(0);
    expect(stderr).not.toContain('EPIPE');
    expect(stderr).not.toContain('    at ');
  });

  it('reads no further while nobody reads its output', async () => {
    let taken = 0;
    const message = Buffer.from(fixture('opennebula.jsonl'));
    async function* input() {
      for (;;) {
        taken += 1;
        yield message;
      }
    }
    const { promise: stuck, resolve } = Promise.withResolvers<undefined>();
    const output = {
      isTerminal: false,
      write: () => {
        resolve(undefined);
        return new Promise<void>(() => undefined);
      },
    };
    const options = { from: 'opennebula', to: 'oslo', json: true, explain: false };
    void runTranslate(options, ADAPTERS, { name: 'stdin', input: input(), output, errors: output });
    await stuck;
    for (let turn = 0; turn < 100; turn += 1) await setImmediate();
    expect(taken).toBe(1);
  });

  it('exits 2 and names what is known for an unknown dialect, a wrong option, no option', async () => {
    const unknown = await viaduct(['translate', '--from', 'opennebul', '--to', 'oslo']);
    expect([unknown.code, unknown.stderr]).toEqual([
      2,
      'viaduct: there is no dialect "opennebul". Did you mean "opennebula"? (VIA_BROKER_USAGE)\n',
    ]);
    expect((await viaduct(['translate', '--form', 'oslo'])).code).toBe(2);
    expect((await viaduct([])).code).toBe(2);
    expect((await viaduct([...TO_OSLO, '--at', 'noon'])).code).toBe(2);
  });

  it('exits with an error for a file that is not there', async () => {
    const { code, stderr } = await viaduct([...TO_OSLO, 'no-such-file']);
    expect(code).toBe(2);
    expect(linesOf(stderr)).toHaveLength(1);
    expect(stderr).toContain('no-such-file');
  });
});
