import { sinkContract, type SinkPeer } from '@viaduct/testkit';
import { parseBatch, parseStructured, type CloudEventMessage } from '../src/codec.ts';
import type { HttpSinkConfig } from '../src/http/http-sink-config.ts';
import { createHttpSink, HTTP_SINK_CAPABILITIES } from '../src/http/http-sink.ts';
import { anyEvent, cloudEvent, labelOf } from './canonical-events.ts';
import { httpSinkConfig } from './configured.ts';
import { silentServer, WebhookTarget, type Got } from './webhook-target.ts';

for (const mode of ['structured', 'binary', 'batched'] as const) {
  sinkContract<CloudEventMessage>({
    name: `cloudevents, HTTP, ${mode}`,
    capabilities: HTTP_SINK_CAPABILITIES,
    skips: {
      'says that the connection was lost': 'HTTP connects for a request; an idle sink has none',
    },
    open: () => openPeer(mode),
  });
}

async function openPeer(mode: HttpSinkConfig['mode']): Promise<SinkPeer<CloudEventMessage>> {
  const target = new WebhookTarget();
  await target.start();
  const silent = await silentServer();
  const { url } = target;
  return {
    create: (context) => createHttpSink(httpSinkConfig({ url, mode }), context),
    createUnanswered: (context) =>
      createHttpSink(httpSinkConfig({ url: silent.url, origin: 'viaduct.example' }), context),
    parcel: (labels) => ({
      event: anyEvent(),
      natives: labels.map((label) => cloudEvent(label)),
    }),
    ready: () => Promise.resolve(),
    received: () => Promise.resolve(target.got.flatMap(labelsOf)),
    restart: async () => {
      await target.stop();
      await target.start();
    },
    stop: () => target.stop(),
    close: async () => {
      await target.stop();
      await silent.close();
    },
  };
}

function labelsOf({ headers, body }: Got): readonly string[] {
  const subject = headers['ce-subject'];
  if (typeof subject === 'string') return [subject];
  const isBatch = headers['content-type']?.includes('batch') === true;
  const read = isBatch ? parseBatch(body, 1_000) : parseStructured(body);
  if (!read.ok) throw new Error(read.error.message);
  return [read.value].flat().map(labelOf);
}
