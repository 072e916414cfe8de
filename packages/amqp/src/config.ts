import type { Advice, AdapterContext, ConfigField } from '@viaduct/core';

import { parseAddresses } from './address.ts';
import type { ConnectionOptions } from './connection.ts';
import type { TlsFiles } from './tls-material.ts';

/** The part of a source's or sink's configuration that says how to reach RabbitMQ. */
export interface AmqpConnectionConfig {
  readonly url: readonly string[];
  readonly auth: 'plain' | 'external';
  readonly tls?: AmqpTlsConfig;
  readonly heartbeatMs: number;
  readonly connectTimeoutMs: number;
}

/** TLS files as an operator names them. */
export type AmqpTlsConfig = TlsFiles;

/** The description of {@link AmqpConnectionConfig}, to be spread into an adapter's schema. */
export const AMQP_CONNECTION_FIELDS: {
  readonly [Key in keyof Required<AmqpConnectionConfig>]: ConfigField;
} = {
  url: {
    type: 'array',
    single: true,
    minItems: 1,
    description:
      'RabbitMQ servers, tried in their order: amqp://user:password@host:5672/vhost, or ' +
      "amqps:// for TLS. OpenStack's transport_url (rabbit://, several hosts with commas) is " +
      'taken as it is.',
    examples: ['amqp://viaduct:secret@rabbit.example.org:5672/', 'amqps://rabbit.example.org/'],
    secret: true,
    items: {
      type: 'string',
      secret: true,
      pattern: '^(amqps?|rabbit)://',
      description: 'One URL.',
    },
  },
  auth: {
    type: 'string',
    enum: ['plain', 'external'],
    default: 'plain',
    description:
      'How to log in: with the user and password of the URL, or (external) with the client ' +
      'certificate of tls.certFile; that needs rabbitmq_auth_mechanism_ssl on the server.',
    advanced: true,
  },
  tls: {
    type: 'object',
    description: 'Certificates of an amqps:// connection; read again for each connection.',
    advanced: true,
    properties: {
      caFile: {
        type: 'string',
        format: 'path',
        description: "PEM file of the authorities to trust, in place of the system's.",
      },
      certFile: {
        type: 'string',
        format: 'path',
        description: 'PEM file of our own certificate, with its chain.',
      },
      keyFile: { type: 'string', format: 'path', description: 'PEM file of its private key.' },
      keyPassphrase: {
        type: 'string',
        secret: true,
        description: 'What the private key is encrypted with.',
      },
      serverName: {
        type: 'string',
        description: "The name the server's certificate must bear; default: the host of the URL.",
      },
      verify: {
        type: 'boolean',
        default: true,
        description: "Whether to check the server's certificate. False is for a laboratory only.",
      },
    },
  },
  heartbeatMs: {
    type: 'integer',
    minimum: 0,
    maximum: 3_600_000,
    default: 20_000,
    unit: 'ms',
    description:
      'A server silent for two of these counts as lost. Whole seconds on the wire; 0: none.',
    advanced: true,
  },
  connectTimeoutMs: {
    type: 'integer',
    minimum: 100,
    maximum: 600_000,
    default: 10_000,
    unit: 'ms',
    description: 'How long connecting to one server may take, TLS and login included.',
    advanced: true,
  },
};

/**
 * What {@link connectAmqp} needs, out of a configuration and an adapter's context. The connection
 * is named after the source or sink; a blocked connection is logged and counted (`blocked`).
 */
export function connectionOptions(
  config: AmqpConnectionConfig,
  context: AdapterContext,
): ConnectionOptions {
  return {
    urls: config.url,
    name: `viaduct:${context.name}`,
    clock: context.clock,
    auth: config.auth,
    heartbeatMs: config.heartbeatMs,
    connectTimeoutMs: config.connectTimeoutMs,
    ...(config.tls === undefined ? {} : { tls: config.tls }),
    onBlocked: (reason) => {
      if (reason === undefined) {
        context.logger.info({}, 'RabbitMQ takes messages again');
        return;
      }
      context.count('blocked');
      const fields = { code: 'VIA_AMQP_BLOCKED', reason };
      context.logger.warn(fields, 'RabbitMQ takes no messages for now (memory or disk alarm)');
    },
  };
}

/** Hosts for which a login as guest, or a password without TLS, is nobody else's business. */
const LOOPBACK = /^(localhost|127\.|::1$)/;

/** What will surprise in a connection's configuration. A bad URL is told when connecting. */
export function adviseConnection(config: AmqpConnectionConfig): readonly Advice[] {
  const advice: Advice[] = [];
  const say = (path: string, message: string): unknown => advice.push({ path, message });
  for (const address of addressesOrNone(config.url)) {
    const remote = !LOOPBACK.test(address.host);
    if (config.auth === 'plain' && remote && address.username === 'guest') {
      say('url', `RabbitMQ refuses user "guest" over a network, as ${address.label} would use it`);
    }
    if (config.auth === 'plain' && remote && !address.secure) {
      say('url', `the password for ${address.label} travels unencrypted; use amqps://`);
    }
    if (!address.secure && config.auth === 'external') {
      say('auth', `external needs a client certificate, and ${address.label} is not TLS`);
    }
  }
  if (config.auth === 'external' && config.tls?.certFile === undefined) {
    say('tls.certFile', 'auth: external needs a client certificate');
  }
  if ((config.tls?.certFile === undefined) !== (config.tls?.keyFile === undefined)) {
    say('tls', 'certFile and keyFile belong together');
  }
  if (config.tls?.verify === false) {
    say('tls.verify', 'the server could be anybody: its certificate is not checked');
  }
  if (config.heartbeatMs === 0) {
    say('heartbeatMs', 'without heartbeats a dead connection may go unnoticed for hours');
  }
  return advice;
}

function addressesOrNone(urls: readonly string[]): ReturnType<typeof parseAddresses> {
  try {
    return parseAddresses(urls);
  } catch {
    return [];
  }
}
