/** What the command offers people at a keyboard: a first file, completion, a schema, help. */
import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Ajv } from 'ajv';
import { load } from 'js-yaml';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ADAPTERS } from '../src/adapters.ts';
import { readConfiguration } from '../src/config/load-configuration.ts';
import { adviceOn } from '../src/config/advice.ts';
import {
  type Chosen,
  endpointsOf,
  firstConfiguration,
} from '../src/command/first-configuration.ts';
import { coloursFor } from '../src/command/colours.ts';
import { table } from '../src/command/table.ts';
import { viaduct } from './viaduct-command.ts';

const ROOT = join(import.meta.dirname, '../../..');
const BIN = join(import.meta.dirname, '../bin/viaduct.js');

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'viaduct-command-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

describe('viaduct init', { timeout: 180_000 }, () => {
  it('writes what check finds good, for every kind of source and sink', async () => {
    await writeFile(join(folder, 'hooks.conf'), '');
    const adapters = await Promise.all(ADAPTERS.map((entry) => entry.load()));
    const kinds = (role: 'sources' | 'sinks') =>
      adapters.flatMap((adapter) =>
        Object.keys(adapter[role]).map((kind) =>
          kind === 'default' ? adapter.name : `${adapter.name}.${kind}`,
        ),
      );
    const flags = [
      ...kinds('sources').flatMap((kind) => ['--source', kind]),
      ...kinds('sinks').flatMap((kind) => ['--sink', kind]),
    ];
    const made = await viaduct(['init', ...flags], { cwd: folder });
    expect([made.code, made.stderr]).toEqual([0, '']);
    const checked = await viaduct(['check', '--json'], { cwd: folder });
    expect(JSON.parse(checked.stdout)).toMatchObject({ ok: true, problems: [] });
    expect((await readdir(folder)).sort()).toEqual([
      'hooks.conf',
      'viaduct.schema.json',
      'viaduct.yaml',
    ]);
    expect((await stat(join(folder, 'viaduct.yaml'))).mode & 0o777).toBe(0o600);
  });

  it('offers sources and sinks that can do what they are for, each alone', async () => {
    await writeFile(join(folder, 'hooks.conf'), '');
    const offers = await endpointsOf(ADAPTERS);
    const chosen = (role: 'sources' | 'sinks', adapter: string): readonly Chosen[] =>
      offers[role]
        .filter((offer) => offer.adapter === adapter)
        .map((offer) => ({ name: 'it', offer, address: offer.usual }));
    const pairs = [
      ...offers.sources.map(({ adapter }) => [adapter, 'cloudevents.stdout'] as const),
      ...offers.sinks.map(({ adapter }) => ['cloudevents.http', adapter] as const),
    ];
    expect(pairs.length).toBeGreaterThan(15);
    for (const [source, sink] of pairs) {
      const text = firstConfiguration({
        name: 'a',
        schema: 'viaduct.schema.json',
        sources: chosen('sources', source),
        sinks: chosen('sinks', sink),
      });
      const read = await readConfiguration('a.yaml', text, ADAPTERS, { environment: {}, folder });
      const advice = read.ok ? adviceOn(read.value).map(({ path }) => path) : read.error;
      // A number of one's own is asked for in the file itself, and cannot be invented.
      expect([source, sink, advice]).toEqual([
        ...[source, sink, sink === 'snmp' ? ['sinks.it.enterpriseBase'] : []],
      ]);
    }
  });

  it('changes nothing that is there, and writes nothing that would not be good', async () => {
    await writeFile(join(folder, 'viaduct.yaml'), 'mine');
    const again = await viaduct(['init', '--yes'], { cwd: folder });
    expect([again.code, again.stderr]).toEqual([2, expect.stringContaining('stays as it is')]);
    expect(await readFile(join(folder, 'viaduct.yaml'), 'utf8')).toBe('mine');
    const bad = await viaduct(['init', 'new.yaml', '--yes', '--source', 'opennebula=nowhere'], {
      cwd: folder,
    });
    expect(bad.code).toBe(2);
    expect(bad.stderr).toContain('sources.opennebula.endpoint');
    const unknown = await viaduct(['init', 'new.yaml', '--yes', '--sink', 'olso'], { cwd: folder });
    expect(unknown.stderr).toContain('Did you mean "oslo"?');
    expect(await readdir(folder)).toEqual(['viaduct.yaml']);
  });

  it('asks nobody where nobody is there to answer', async () => {
    const { code, stderr } = await viaduct(['init'], { cwd: folder });
    expect([code, stderr]).toEqual([2, expect.stringContaining('--yes')]);
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('viaduct schema', { timeout: 180_000 }, () => {
  it('takes every example, and refuses misspelt keys of each adapter', async () => {
    const { stdout } = await viaduct(['schema']);
    const schema = JSON.parse(stdout) as object;
    const validate = new Ajv({ strict: false }).compile(schema);
    const examples = (await readdir(join(ROOT, 'examples'))).filter((name) => /ya?ml$/.test(name));
    expect(examples.length).toBeGreaterThan(3);
    for (const name of examples) {
      const value = load(await readFile(join(ROOT, 'examples', name), 'utf8'));
      expect([name, validate(value), validate.errors]).toEqual([name, true, null]);
    }
    const source = { adapter: 'opennebula', endpiont: 'tcp://a:1' };
    const sinks = { out: { adapter: 'cloudevents.stdout' } };
    const routes = [{ to: 'out' }];
    expect(validate({ sources: { one: source }, sinks, routes })).toBe(false);
    expect(validate({ sources: { one: { adapter: 'opennebula' } }, sinks, routes })).toBe(true);
  });
});

describe('completion', { timeout: 180_000 }, () => {
  /** What bash would offer for a line, with names as the command itself has them. */
  async function offered(...words: readonly string[]): Promise<readonly string[]> {
    const script = [
      'source <(viaduct completion bash)',
      'COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _viaduct',
      'printf "%s\\n" "${COMPREPLY[@]}"',
    ].join('\n');
    const command = `#!/bin/sh\nexec '${process.execPath}' --conditions=@viaduct/source '${BIN}' "$@"\n`;
    await writeFile(join(folder, 'viaduct'), command);
    await chmod(join(folder, 'viaduct'), 0o755);
    const { stdout } = await promisify(execFile)('bash', ['-c', script, 'bash', ...words], {
      cwd: folder,
      env: { PATH: `${folder}:${process.env.PATH ?? ''}` },
    });
    return stdout.trimEnd().split('\n').sort();
  }

  it('knows commands, options, dialects, and the names of the configuration, in a real bash', async () => {
    const made = ['init', '--source', 'oslo', '--sink', 'snmp', '--sink', 'opennebula'];
    await viaduct(made, { cwd: folder });
    expect(await offered('viaduct', 'ta')).toEqual(['tail']);
    expect(await offered('viaduct', 'dlq', '')).toEqual(['discard', 'list', 'replay', 'show']);
    expect(await offered('viaduct', 'dlq', 'replay', '--to-')).toEqual(['--to-sink']);
    expect(await offered('viaduct', 'dlq', 'replay', '--to-sink', '')).toEqual([
      'opennebula',
      'snmp',
    ]);
    expect(await offered('viaduct', 'tail', '--sink', '=', 's')).toEqual(['snmp']);
    expect(await offered('viaduct', 'events', '--source', '')).toEqual(['oslo']);
    expect(await offered('viaduct', 'translate', '--from', 'o')).toEqual(['opennebula', 'oslo']);
    expect(await offered('viaduct', 'tail', '--severity', 'w')).toEqual(['warning']);
    expect(await offered('viaduct', 'check', 'viaduct.y')).toEqual(['viaduct.yaml']);
  });

  it('is refused for a shell that there is no script for', async () => {
    expect((await viaduct(['completion', 'tcsh'])).code).toBe(2);
  });
});

describe('help', { timeout: 180_000 }, () => {
  it('has examples for every command that does something, and one list of exit codes', async () => {
    const { stdout } = await viaduct(['--help']);
    expect(stdout).toContain('Exit codes:');
    const commands = [...stdout.matchAll(/^ {2}([a-z]+)(?: \[options\])?(?: [<[].*)? {2,}/gm)].map(
      ([, name = '']) => name,
    );
    expect(commands.length).toBeGreaterThan(12);
    const silent: string[] = [];
    for (const name of commands.filter((one) => one !== 'help')) {
      const help = (await viaduct([name, '--help'])).stdout;
      const isGroup = help.includes('\nCommands:\n');
      if (!isGroup && !help.includes('Examples:')) silent.push(name);
    }
    expect(silent).toEqual([]);
  });
});

describe('colours', () => {
  it('are for terminals that want them', () => {
    const red = (isTerminal: boolean, environment: Record<string, string>): string =>
      coloursFor({ isTerminal }, environment).red('x');
    expect(red(true, {})).toBe('\x1b[31mx\x1b[39m');
    expect(red(false, {})).toBe('x');
    expect(red(true, { NO_COLOR: '1' })).toBe('x');
    expect(red(true, { TERM: 'dumb' })).toBe('x');
    expect(red(false, { FORCE_COLOR: '1' })).toBe('\x1b[31mx\x1b[39m');
    expect(red(false, { FORCE_COLOR: '1', NO_COLOR: '1' })).toBe('x');
  });
});

describe('a table on a narrow terminal', () => {
  it('makes its widest columns narrower, and never the ids', () => {
    const row = ['a-source-with-a-long-name', 'the-whole-id-of-this-event', 'x'];
    const text = table(['SOURCE', 'ID', 'N'], [row], 39);
    expect(text).toBe(
      'SOURCE    ID                          N\na-sourc…  the-whole-id-of-this-event  x\n',
    );
  });
});
