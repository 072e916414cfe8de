import { expect, it } from 'vitest';
import type { CanonicalEvent } from '@viaduct/core';
import type { EngineTracing } from '../src/index.ts';
import { notes, setStage } from './stage.ts';

const RECEIPT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const ATTEMPT = '00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01';

/** Tracing that notes what it is told, and has these answers. */
function noting(answers: Partial<EngineTracing> = {}) {
  const told: string[] = [];
  const tracing: EngineTracing = {
    received: (source) => {
      told.push(`received ${source}`);
      return RECEIPT;
    },
    dropped: (source, _event, reason) => void told.push(`dropped ${source} ${reason}`),
    sending: (sink, { entry }) => {
      told.push(`sending ${sink} ${entry.event.traceparent ?? ''}`);
      return ATTEMPT;
    },
    returned: (sink, claimed, failure) => {
      told.push(`returned ${sink} ${String(claimed.length)} ${failure?.code ?? ''}`);
    },
    ...answers,
  };
  return { told, tracing };
}

it('stores the context of the receipt with the event, and sends that of the attempt', async () => {
  const { told, tracing } = noting();
  const sent: CanonicalEvent[] = [];
  const observer = { encoded: (_sink: string, event: CanonicalEvent) => void sent.push(event) };
  const stage = setStage({ engine: { tracing, observer } });
  await stage.engine.start();
  stage.source.deliver(...notes(1));
  await stage.settle();
  const [stored] = await stage.journal.read(undefined, 10);
  expect(stored?.event.traceparent).toBe(RECEIPT);
  expect(sent.map(({ traceparent }) => traceparent)).toEqual([ATTEMPT]);
  expect(told).toEqual(['received in', `sending out ${RECEIPT}`]);
});

it('leaves the context of an event that nobody wants to trace', async () => {
  const untraced = { received: () => undefined, sending: () => undefined };
  const stage = setStage({ engine: noting(untraced) });
  await stage.engine.start();
  stage.source.deliver(...notes(1));
  await stage.settle();
  const [stored] = await stage.journal.read(undefined, 10);
  expect(stored?.event.traceparent).toBeUndefined();
  expect(stage.sink.sent).toHaveLength(1);
});

it('loses no event to tracing that throws', async () => {
  const broken = (): never => {
    throw new Error('broken');
  };
  const tracing = { received: broken, dropped: broken, sending: broken, returned: broken };
  const stage = setStage({ engine: { tracing } });
  await stage.engine.start();
  stage.source.deliver(...notes(3));
  await stage.settle();
  expect(stage.sink.sent).toHaveLength(3);
  expect(stage.source.acked).toHaveLength(3);
});
