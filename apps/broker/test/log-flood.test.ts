import { expect, it } from 'vitest';
import { openWebScene } from './web-scene.ts';

const BAD = 10_000;
const BATCH = 500;

it('ten thousand messages that nobody understands are a few lines of the log', async () => {
  const { broker } = await openWebScene();
  await broker.start();
  // Of our own type and without our data: read, and no canonical event.
  const bad = (id: number) => ({
    specversion: '1.0',
    id: String(id),
    source: '/flood',
    type: 'io.viaduct.compute.state',
  });
  for (let from = 0; from < BAD; from += BATCH) {
    const batch = Array.from({ length: BATCH }, (_, index) => bad(from + index));
    expect(await broker.postBatch(JSON.stringify(batch))).toBeLessThan(300);
  }
  // Answered when they were durable, so all were told of or counted by now.
  await broker.stop();
  expect(broker.log().length).toBeLessThan(40);
  const told = broker.log().filter(({ msg }) => String(msg).includes('dead letter: '));
  const counts = told.map(({ count = 1 }) => Number(count));
  expect(counts.reduce((sum, count) => sum + count)).toBe(BAD);
});
