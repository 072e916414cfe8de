import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readConfiguration } from '../src/config/load-configuration.ts';
import { formatProblem } from '../src/config/problem.ts';
import { WEATHER } from './weather-adapter.ts';

const folder = join(import.meta.dirname, '../fixtures/config');
const environment = {
  PASSWORD: 'hunter2',
  PREFETCH: '7',
  SHIP_URL: 'no url at all, hunter2',
  PLACE: 'never used',
};

function read(name: string) {
  const text = readFileSync(join(folder, `${name}.yaml`), 'utf8');
  return readConfiguration(`${name}.yaml`, text, WEATHER, { environment, folder });
}

const bad = readdirSync(folder)
  .filter((name) => name.startsWith('bad.') && name.endsWith('.yaml'))
  .map((name) => name.replace(/\.yaml$/, ''));

describe('a configuration that is wrong', () => {
  it.each(bad)('%s is reported with every problem, its line, path and advice', async (name) => {
    const result = await read(name);
    const problems = result.ok ? [] : result.error;
    const text = problems.map((problem) => `${formatProblem(`${name}.yaml`, problem)}\n`).join('');
    const shown = text.replaceAll(folder, '<folder>');
    const golden = join(folder, `${name}.txt`);
    if (process.env.UPDATE_FIXTURES === '1' || !existsSync(golden)) {
      writeFileSync(golden, shown);
    }
    expect(result.ok).toBe(false);
    expect(shown).toBe(readFileSync(golden, 'utf8'));
    expect(shown).not.toContain('hunter2');
  });
});

async function readGood(name: string) {
  const result = await read(name);
  if (!result.ok) throw new Error(JSON.stringify(result.error, null, 2));
  return result.value;
}

describe('a configuration that is right', () => {
  it('fills in variables, files and defaults and reads them as the types of their fields', async () => {
    const { broker, sources } = await readGood('good.full');
    expect(broker).toEqual({
      name: 'edge-1',
      data: join(folder, 'journal'),
      admin: {
        listen: '127.0.0.1:8080',
        isListenWritten: false,
        hosts: [],
        tokens: [],
        users: [],
        sessionMs: 43_200_000,
      },
      log: { level: 'warn', format: 'auto' },
      journal: {
        retentionMs: 86_400_000,
        retentionBytes: 8 * 1024 ** 3,
        whenFull: 'drop',
        dedupeWindowMs: 3_600_000,
      },
      alarms: {
        enabled: true,
        flapChangesMax: 6,
        flapWindowMs: 60_000,
        flapQuietMs: 120_000,
      },
    });
    expect(sources[0]).toMatchObject({ name: 'roof', system: 'roof', ignore: [] });
    expect(sources[0]?.options).toEqual({
      url: 'weather://user:hunter2@roof.example/',
      endpoint: 'tcp://127.0.0.1:2101',
      topics: ['rain'],
      version: 'v2',
      prefetchMax: 7,
      durable: false,
      token: 'secret-token',
      map: join(folder, 'maps/roof.map'),
      tls: { ca: join(folder, 'ca.pem') },
      headers: { place: '${PLACE}' },
    });
  });

  it('finds the kind behind adapter.kind and keeps the keys that are not the adapter’s', async () => {
    const { sources, sinks } = await readGood('good.full');
    expect(sources[1]).toMatchObject({ name: 'ship', system: 'fleet', ignore: ['fog.*'] });
    expect(sinks[0]).toMatchObject({
      name: 'hall',
      from: { at: Date.parse('2026-01-31T12:00:00Z') },
      attemptsMax: 3,
      claimMax: 1024,
    });
  });

  it('compiles its routes', async () => {
    const { routes, router } = await readGood('good.full');
    expect(routes[0]).toMatchObject({ name: 'bad weather', to: ['hall'] });
    expect(router.sources).toEqual(['ro*', 'ship']);
  });

  it('takes merge keys, each source having its own', async () => {
    const { sources } = await readGood('good.merge');
    expect(sources.map(({ options }) => [options.url, options.prefetchMax])).toEqual([
      ['weather://roof', 7],
      ['weather://ship', 7],
    ]);
  });
});
