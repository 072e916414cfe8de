import type { Advice, ConfigField, ConfigSchema } from '@viaduct/core';

import { DEFAULT_ENCODE_OPTIONS, type CloudEventsEncodeOptions } from '../encode-options.ts';
import { CLIENT_TLS_FIELDS, type ClientTlsFiles } from './client-tls.ts';

/** What an operator writes for a webhook sender. */
export interface HttpSinkConfig {
  readonly url: string;
  readonly mode: 'structured' | 'binary' | 'batched';
  readonly form: CloudEventsEncodeOptions['form'];
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly origin?: string;
  readonly tls?: ClientTlsFiles;
  readonly batchBytesMax: number;
  readonly timeoutMs: number;
  readonly idleTimeoutMs: number;
  readonly retryAfterMs: number;
}

/** `form`, which every sink of this package has. */
export const FORM_FIELD: ConfigField = {
  type: 'string',
  enum: ['native', 'canonical'],
  default: DEFAULT_ENCODE_OPTIONS.form,
  description:
    "native: an event that came as a CloudEvent of somebody else's type goes on as it came. " +
    'canonical: that too is sent in the form that all others have, type io.viaduct.….',
};

/** The sender's options. */
export const HTTP_SINK_CONFIG: ConfigSchema<HttpSinkConfig> = {
  type: 'object',
  description: 'Posts CloudEvents to a URL: one a request, or several in a batch.',
  required: ['url'],
  properties: {
    url: {
      type: 'string',
      format: 'uri',
      pattern: '^https?://',
      secret: true,
      examples: ['https://events.example.org/in'],
      description: 'Where to post to. A password does not belong here but into token.',
    },
    mode: {
      type: 'string',
      enum: ['structured', 'binary', 'batched'],
      default: 'structured',
      description:
        'structured: the event in the body. binary: its attributes in headers, its data in the ' +
        'body. batched: up to 100 events a request, for receivers that have agreed to it.',
    },
    form: FORM_FIELD,
    token: {
      type: 'string',
      minLength: 1,
      secret: true,
      description: 'Sent as "Authorization: Bearer TOKEN".',
    },
    headers: {
      type: 'map',
      values: { type: 'string', secret: true, description: 'The value of the header.' },
      secret: true,
      description: 'Further headers, as an API gateway may ask for.',
      advanced: true,
    },
    origin: {
      type: 'string',
      minLength: 1,
      pattern: '^[A-Za-z0-9.:*_-]+$',
      description:
        'Our DNS name for the validation handshake of webhooks: permission is asked for when ' +
        'connecting, and without it nothing is sent. Default: no handshake.',
    },
    tls: {
      type: 'object',
      description: 'Certificates of an https:// URL; read again for each connection made anew.',
      properties: CLIENT_TLS_FIELDS,
      advanced: true,
    },
    batchBytesMax: {
      type: 'integer',
      minimum: 1,
      default: 1_048_576,
      unit: 'bytes',
      description: 'The events of one batch together; a larger one goes alone.',
      advanced: true,
    },
    timeoutMs: {
      type: 'integer',
      minimum: 100,
      default: 30_000,
      unit: 'ms',
      description: 'How long a request may take until its answer is complete.',
      advanced: true,
    },
    idleTimeoutMs: {
      type: 'integer',
      minimum: 0,
      default: 60_000,
      unit: 'ms',
      description: 'How long an idle connection is kept for the next request.',
      advanced: true,
    },
    retryAfterMs: {
      type: 'integer',
      minimum: 100,
      default: 60_000,
      unit: 'ms',
      description: 'How long to wait where only an operator can help: 401, 403, 404, 410.',
      advanced: true,
    },
  },
};

const LOOPBACK = /^(?:localhost|127\.|\[::1\])/;

/** What will surprise in a sender's configuration. */
export function adviseHttpSink(config: HttpSinkConfig): readonly Advice[] {
  const advice: Advice[] = [];
  const url = URL.canParse(config.url) ? new URL(config.url) : undefined;
  if (url?.protocol === 'http:' && !LOOPBACK.test(url.host)) {
    const what = config.token === undefined ? 'events travel' : 'token and events travel';
    advice.push({ path: 'url', message: `${what} unencrypted; use https://` });
  }
  if (config.tls?.verify === false) {
    const message = 'the server could be anybody: its certificate is not checked';
    advice.push({ path: 'tls.verify', message });
  }
  if ((config.tls?.certFile === undefined) !== (config.tls?.keyFile === undefined)) {
    advice.push({ path: 'tls', message: 'certFile and keyFile belong together' });
  }
  return advice;
}
