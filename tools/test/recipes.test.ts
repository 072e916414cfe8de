/** docs/recipes.md: all recipes in one broker, their events in, what each sink of each gets. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dump } from 'js-yaml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CanonicalEvent, composeEvent, type EventData } from '@viaduct/core';
import { waitFor } from '@viaduct/testkit';
import { started, startViaduct, type Running } from '../../apps/broker/test/viaduct-command.ts';
import { allPages } from '../docs/pages.ts';
import { readRecipes, type Recipe, type RecipeCase } from '../docs/recipe.ts';
import { freePort } from '../peers/free-port.ts';

const WAIT_MS = 60_000;

const page = allPages().find(({ path }) => path === 'docs/recipes.md');
const recipes = page === undefined ? [] : readRecipes(page);

/** The event that goes to everybody last: when it is there, so is what was before it. */
const LAST = 'the last one';

let folder: string;
let broker: Running;
const ports: number[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'viaduct-recipes-'));
  for (const _ of recipes) ports.push(await freePort());
  await writeFile(join(folder, 'viaduct.yaml'), dump(configuration()));
  broker = startViaduct(['run'], { cwd: folder });
  await started(broker);
  for (const [index, { cases }] of recipes.entries()) {
    for (const [number, one] of cases.entries()) await post(index, eventOf(one, index, number));
    const last = { event: { resource: { kind: 'request', id: '0' }, action: 'other' }, sinks: {} };
    await post(index, eventOf({ ...last, nativetype: LAST }, index, cases.length));
  }
});

afterAll(async () => {
  broker.child.kill('SIGTERM');
  await broker.ended;
  await rm(folder, { recursive: true });
});

describe('the recipes', () => {
  it('are ten', () => {
    expect(recipes).toHaveLength(10);
  });

  it.each(
    recipes.map((recipe, index) => [`docs/recipes.md:${String(recipe.line)}`, index, recipe]),
  )('%s gives its sinks what it says', async (_place, index, recipe) => {
    const { cases } = recipe;
    const got = new Map<string, readonly CanonicalEvent[]>();
    for (const sink of sinksOf(recipe)) got.set(sink, await taken(index, sink));
    for (const [number, one] of cases.entries()) {
      const { id } = eventOf(one, index, number);
      const who = [...got].filter(([, events]) => events.some((event) => event.id === id));
      expect(who.map(([sink]) => sink)).toEqual(Object.keys(one.sinks));
      for (const [sink, events] of who) {
        expect(events.find((event) => event.id === id)?.data).toMatchObject(one.sinks[sink] ?? {});
      }
    }
  });
});

/** Every recipe has a source and sinks of its own; names begin with its number. */
function configuration(): object {
  const own = (index: number, name: string): string => `r${String(index)}-${name}`;
  const sources = recipes.map(({ ignore }, index) => {
    const listen = `127.0.0.1:${String(ports[index])}`;
    return [own(index, 'in'), { adapter: 'cloudevents.http', listen, ignore }];
  });
  const sinks = recipes.flatMap((recipe, index) =>
    sinksOf(recipe).map((sink) => [
      own(index, sink),
      { adapter: 'cloudevents.file', file: `./${own(index, sink)}.jsonl` },
    ]),
  );
  const routes = recipes.flatMap((recipe, index) => [
    ...recipe.routes.map((route) => ({
      ...route,
      from: own(index, 'in'),
      to: [route.to].flat().map((sink) => own(index, sink)),
    })),
    {
      from: own(index, 'in'),
      match: { nativetype: LAST },
      to: sinksOf(recipe).map((sink) => own(index, sink)),
    },
  ]);
  return {
    broker: { admin: { listen: 'none' } },
    sources: Object.fromEntries(sources) as object,
    sinks: Object.fromEntries(sinks) as object,
    routes,
  };
}

function sinksOf({ routes }: Recipe): readonly string[] {
  return [...new Set(routes.flatMap(({ to }) => [to].flat()))];
}

function eventOf(
  { event, time, nativetype = 'recipe' }: RecipeCase,
  index: number,
  number: number,
): CanonicalEvent {
  const parts = {
    id: `00000000-0000-4000-8000-${String(index).padStart(6, '0')}${String(number).padStart(6, '0')}`,
    dialect: 'cloudevents',
    source: 'cloudevents://recipes/test',
    nativetype,
    data: event as EventData,
  };
  const at = time === undefined ? {} : { time };
  return composeEvent({ ...parts, ...at }, { receivedAt: Date.now(), system: 'r', ordinal: 0 });
}

async function post(index: number, event: CanonicalEvent): Promise<void> {
  await waitFor(
    async () => {
      try {
        const answer = await fetch(`http://127.0.0.1:${String(ports[index])}/`, {
          method: 'POST',
          headers: { 'content-type': 'application/cloudevents+json' },
          body: JSON.stringify(event),
        });
        return answer.status === 202;
      } catch {
        return false;
      }
    },
    { timeoutMs: WAIT_MS, what: 'the source takes the event' },
  );
}

async function taken(index: number, sink: string): Promise<readonly CanonicalEvent[]> {
  let events: readonly CanonicalEvent[] = [];
  await waitFor(
    async () => {
      const file = join(folder, `r${String(index)}-${sink}.jsonl`);
      const text = await readFile(file, 'utf8').catch(() => '');
      const lines = text.split('\n').filter((line) => line.endsWith('}'));
      events = lines.map((line) => JSON.parse(line) as CanonicalEvent);
      return events.some(({ nativetype }) => nativetype === LAST);
    },
    { timeoutMs: WAIT_MS, what: `${sink} got the last event` },
  );
  return events;
}
