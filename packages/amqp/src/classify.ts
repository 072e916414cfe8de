import { TransportError, type TransportErrorKind } from '@viaduct/core';

import type { Address } from './address.ts';
import type { AmqpErrorCode } from './errors.ts';

/** AMQP 0-9-1 reply codes (specification 1.2, constants) that we tell apart. */
export const REPLY = {
  connectionForced: 320,
  accessRefused: 403,
  notFound: 404,
  preconditionFailed: 406,
  notAllowed: 530,
  internalError: 541,
} as const;

/** System error codes that mean "nobody there just now". */
const UNREACHABLE: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens on that port',
  ECONNRESET: 'the peer reset the connection',
  ENOTFOUND: 'the host name is unknown',
  EAI_AGAIN: 'the name server did not answer',
  EHOSTUNREACH: 'there is no route to the host',
  ENETUNREACH: 'there is no route to the network',
  EPIPE: 'the peer closed the connection',
  ETIMEDOUT: 'the host did not answer',
};

/** OpenSSL's and Node's codes of a certificate or a protocol that will not do. */
const TLS_CODE = /^(ERR_SSL_|ERR_TLS_|ERR_OSSL_|CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|EPROTO)/;

/** What `error` means for the connection that was being made to `address`. */
export function connectError(error: unknown, address: Address): TransportError {
  if (error instanceof TransportError) return error;
  const { code, message } = facts(error);
  const make = (kind: TransportErrorKind, via: AmqpErrorCode, text: string): TransportError =>
    new TransportError(kind, via, `${address.label}: ${text}`, { cause: error });
  const why = code === undefined ? undefined : UNREACHABLE[code];
  if (why !== undefined) return make('reconnect', 'VIA_AMQP_UNREACHABLE', `${why} (${code ?? ''})`);
  if (code !== undefined && TLS_CODE.test(code)) {
    return make('permanent', 'VIA_AMQP_TLS', `${tlsAdvice(code, message)} (${code})`);
  }
  if (message.includes('ACCESS_REFUSED')) {
    const text = `user "${address.username}" was refused: wrong password or user, or a user that`;
    return make(
      'permanent',
      'VIA_AMQP_LOGIN_REFUSED',
      `${text} may not log in from here (RabbitMQ's "guest" only may from its own machine)`,
    );
  }
  if (message.startsWith('SASL mechanism')) {
    return make(
      'permanent',
      'VIA_AMQP_LOGIN_REFUSED',
      `${message}; for EXTERNAL enable the plug-in rabbitmq_auth_mechanism_ssl on the server`,
    );
  }
  // amqplib drops the server's text here: a missing virtual host and a closed one look the same.
  if (message.startsWith('Expected ConnectionOpenOk; got <ConnectionClose')) {
    const text = `virtual host "${address.vhost}" was refused: it does not exist, is down, or user`;
    return make(
      'permanent',
      'VIA_AMQP_VHOST_REFUSED',
      `${text} "${address.username}" may not use it`,
    );
  }
  return make(
    'reconnect',
    'VIA_AMQP_HANDSHAKE',
    `no AMQP handshake: ${message}${plainHint(address)}`,
  );
}

/** What the end of an open connection means. */
export function lostError(error: unknown, address: Address): TransportError {
  if (error instanceof TransportError) return error;
  const { reply, message } = facts(error);
  const forced =
    reply === undefined || reply === REPLY.connectionForced || reply >= REPLY.internalError;
  const code: AmqpErrorCode =
    reply === undefined ? 'VIA_AMQP_CONNECTION_LOST' : 'VIA_AMQP_CONNECTION_CLOSED';
  return new TransportError(
    forced ? 'reconnect' : 'permanent',
    code,
    `${address.label}: ${message === '' ? 'the connection was lost' : message}`,
    { cause: error },
  );
}

/** What a failed operation on a channel means; `doing` says what was tried: `binding queue "q"`. */
export function channelError(error: unknown, doing: string): TransportError {
  if (error instanceof TransportError) return error;
  const { reply, message } = facts(error);
  const text = `${doing}: ${serverText(message)}`;
  const make = (kind: TransportErrorKind, code: AmqpErrorCode): TransportError =>
    new TransportError(kind, code, text, { cause: error });
  switch (reply) {
    case REPLY.accessRefused:
      return make('permanent', 'VIA_AMQP_ACCESS_REFUSED');
    case REPLY.notFound:
      return make('permanent', 'VIA_AMQP_NOT_FOUND');
    case REPLY.preconditionFailed:
      return make('permanent', 'VIA_AMQP_CHANNEL_CLOSED');
    default:
      return make('reconnect', 'VIA_AMQP_CHANNEL_CLOSED');
  }
}

/** The AMQP reply code of an amqplib error, if the server gave one. */
export function replyCode(error: unknown): number | undefined {
  return facts(error).reply;
}

/** RabbitMQ's own sentence out of amqplib's wrapping. */
export function serverText(message: string): string {
  return /with message "(.*)"$/s.exec(message)?.[1] ?? message;
}

interface Facts {
  readonly message: string;
  readonly code: string | undefined;
  readonly reply: number | undefined;
}

function facts(error: unknown): Facts {
  const inner = firstOf(error);
  const message = inner instanceof Error ? inner.message : typeof inner === 'string' ? inner : '';
  const code = (inner as { readonly code?: unknown } | undefined)?.code;
  return {
    message,
    code: typeof code === 'string' ? code : undefined,
    reply: typeof code === 'number' ? code : undefined,
  };
}

/** Node reports a host with several addresses as one AggregateError without a text. */
function firstOf(error: unknown): unknown {
  return error instanceof AggregateError && error.errors.length > 0 ? error.errors[0] : error;
}

function tlsAdvice(code: string, message: string): string {
  if (code === 'ERR_SSL_WRONG_VERSION_NUMBER' || code === 'ERR_SSL_PACKET_LENGTH_TOO_LONG') {
    return 'the port does not speak TLS; use amqp:// or the TLS port (5671)';
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return `the server's certificate is for another name: ${message}; see tls.serverName`;
  }
  if (/SELF_SIGNED|UNABLE_TO|DEPTH_ZERO/.test(code)) {
    return "the server's certificate is signed by nobody we trust; set tls.caFile";
  }
  return `TLS failed: ${message}`;
}

function plainHint(address: Address): string {
  return address.secure ? '' : '; is this a TLS port (then write amqps://), or no RabbitMQ?';
}
