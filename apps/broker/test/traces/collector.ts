/** A receiver of traces by OTLP over HTTP (JSON), as far as its tests look at what comes. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { waitFor } from '@viaduct/testkit';

/** A span as it came, with its service. */
export interface ReceivedSpan {
  readonly service: string;
  readonly name: string;
  readonly kind: number;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly status: { readonly code?: number; readonly message?: string };
}

/** See the file's comment. */
export interface Collector {
  readonly url: string;
  /** The status it answers. */
  status: number;
  readonly requests: { readonly path: string; readonly headers: Readonly<NodeJS.Dict<unknown>> }[];
  readonly spans: ReceivedSpan[];
  close(): Promise<void>;
}

interface OtlpSpan extends Omit<ReceivedSpan, 'service' | 'attributes' | 'links'> {
  readonly attributes?: readonly OtlpAttribute[];
  readonly links?: ReceivedSpan['links'];
}

interface OtlpAttribute {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}

/** The request of opentelemetry-proto, collector/trace/v1/trace_service.proto, in JSON. */
interface OtlpRequest {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly OtlpAttribute[] };
    readonly scopeSpans: readonly { readonly spans: readonly OtlpSpan[] }[];
  }[];
}

/** Starts one on a free port. */
export async function startCollector(): Promise<Collector> {
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      collector.requests.push({ path: request.url ?? '', headers: request.headers });
      if (collector.status < 300) {
        collector.spans.push(...spansOf(Buffer.concat(parts).toString()));
      }
      response.writeHead(collector.status, { 'content-type': 'application/json' }).end('{}');
    });
  });
  server.listen(0, '127.0.0.1');
  await waitFor(() => server.listening);
  const { port } = server.address() as AddressInfo;
  const collector: Collector = {
    url: `http://127.0.0.1:${String(port)}`,
    status: 200,
    requests: [],
    spans: [],
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return collector;
}

function spansOf(text: string): readonly ReceivedSpan[] {
  const { resourceSpans } = JSON.parse(text) as OtlpRequest;
  return resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const service = String(attributesOf(resource.attributes)['service.name']);
    return scopeSpans.flatMap(({ spans }) =>
      spans.map((span) => ({
        ...span,
        service,
        parentSpanId: span.parentSpanId,
        attributes: attributesOf(span.attributes ?? []),
        links: span.links ?? [],
      })),
    );
  });
}

function attributesOf(list: readonly OtlpAttribute[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(list.map(({ key, value }) => [key, Object.values(value)[0]]));
}
