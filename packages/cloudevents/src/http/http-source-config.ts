import type { Advice, ConfigField, ConfigSchema } from '@viaduct/core';

import { parseListenAddress } from './listen-address.ts';
import { SERVER_TLS_FIELDS, type ServerTlsFiles } from './server-tls.ts';

/** What an operator writes for a webhook receiver. */
export interface HttpSourceConfig {
  readonly listen: string;
  readonly path: string;
  readonly token?: string;
  readonly insecure: boolean;
  readonly tls?: ServerTlsFiles;
  readonly tlsCheckMs: number;
  readonly allowedOrigins: readonly string[];
  readonly requestsPerMinuteMax: number;
  readonly batchEventsMax: number;
  readonly bodyBytesMax: number;
  readonly headerBytesMax: number;
  readonly connectionsMax: number;
  readonly inFlightMax: number;
  readonly inFlightBytesMax: number;
  readonly requestTimeoutMs: number;
  readonly idleTimeoutMs: number;
  readonly ackTimeoutMs: number;
  readonly retryAfterMs: number;
}

const MIB = 1_048_576;

const count = (description: string, byDefault: number, minimum = 1): ConfigField => ({
  type: 'integer',
  minimum,
  default: byDefault,
  description,
  advanced: true,
});

const span = (description: string, byDefault: number, minimum = 100): ConfigField => ({
  ...count(description, byDefault, minimum),
  unit: 'ms',
});

const size = (description: string, byDefault: number): ConfigField => ({
  ...count(description, byDefault),
  unit: 'bytes',
});

/** The receiver's options. */
export const HTTP_SOURCE_CONFIG: ConfigSchema<HttpSourceConfig> = {
  type: 'object',
  description:
    'Receives CloudEvents over HTTP (structured, binary and batched), as a webhook. Answers 2xx ' +
    'only when the events are in the journal.',
  properties: {
    listen: {
      type: 'string',
      format: 'address',
      default: '127.0.0.1:8081',
      examples: ['127.0.0.1:8081', '[::]:8443'],
      description: 'Address and port. Beyond this machine only with a token.',
    },
    path: {
      type: 'string',
      pattern: '^/[^?#\\s]*$',
      default: '/',
      description: 'The path that events are posted to; everything else is 404.',
    },
    token: {
      type: 'string',
      minLength: 8,
      secret: true,
      description:
        'What senders must show: "Authorization: Bearer TOKEN", or "access_token=TOKEN" in the ' +
        'query, where they can do no better.',
    },
    insecure: {
      type: 'boolean',
      default: false,
      description: 'Whether to listen beyond this machine without a token all the same.',
    },
    tls: {
      type: 'object',
      description: 'Certificate for HTTPS; without it plain HTTP is spoken.',
      properties: SERVER_TLS_FIELDS,
      required: ['certFile', 'keyFile'],
    },
    tlsCheckMs: span('How often the TLS files are read for a new certificate.', 60_000),
    allowedOrigins: {
      type: 'array',
      single: true,
      minItems: 1,
      items: { type: 'string', minLength: 1, description: 'A WebHook-Request-Origin, or "*".' },
      default: ['*'],
      description:
        'Origins that the validation handshake agrees to. With anything but "*", deliveries ' +
        'must name one of them in WebHook-Request-Origin.',
    },
    requestsPerMinuteMax: {
      type: 'integer',
      minimum: 0,
      default: 0,
      description: 'More requests a minute are answered 429; 0: no limit.',
    },
    batchEventsMax: count('Events in one batch.', 1_000),
    bodyBytesMax: size('A larger body is answered 413.', 4 * MIB),
    headerBytesMax: size('Headers of one request; larger ones are answered 431.', 32_768),
    connectionsMax: count('Connections open at once; further ones are closed.', 1_000),
    inFlightMax: count('Events taken and not in the journal yet; beyond it 503.', 10_000),
    inFlightBytesMax: size('The same, by the size of their requests.', 64 * MIB),
    requestTimeoutMs: span('A request must be complete within this time, or 408.', 30_000),
    idleTimeoutMs: span('A connection without a request is closed after this.', 60_000),
    ackTimeoutMs: span('Events not in the journal after this are answered 503.', 30_000),
    retryAfterMs: span('What Retry-After asks of senders after 503.', 5_000, 1_000),
  },
};

/** What will surprise in a receiver's configuration. */
export function adviseHttpSource(config: HttpSourceConfig): readonly Advice[] {
  const advice: Advice[] = [];
  const say = (path: string, message: string): unknown => advice.push({ path, message });
  if (isOpen(config)) {
    if (config.insecure) say('insecure', 'anybody who reaches this address can send events');
    else say('token', 'needed beyond this machine; this source will not start without one');
  } else if (!listensLocally(config) && config.tls === undefined) {
    say('tls', 'token and events travel unencrypted, unless a proxy in front speaks HTTPS');
  }
  if (config.bodyBytesMax > config.inFlightBytesMax) {
    say('bodyBytesMax', `larger than inFlightBytesMax (${config.inFlightBytesMax})`);
  }
  return advice;
}

/** Whether anybody in the network could send events. */
export function isOpen(config: Pick<HttpSourceConfig, 'listen' | 'token'>): boolean {
  return config.token === undefined && !listensLocally(config);
}

/** A bad address is told when connecting. */
function listensLocally({ listen }: Pick<HttpSourceConfig, 'listen'>): boolean {
  try {
    return parseListenAddress(listen).isLoopback;
  } catch {
    return true;
  }
}
