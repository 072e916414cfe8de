/** The codes that this package raises; `docs/errors/amqp.md` says what to do about each. */
export const AMQP_ERRORS = {
  VIA_AMQP_URL_INVALID: 'a URL is not one of RabbitMQ',
  VIA_AMQP_UNREACHABLE: 'no TCP connection to RabbitMQ came about',
  VIA_AMQP_TIMEOUT: 'RabbitMQ did not answer in time',
  VIA_AMQP_TLS_FILE: 'a certificate or key file could not be read',
  VIA_AMQP_TLS: 'the TLS handshake failed',
  VIA_AMQP_HANDSHAKE: 'what listens there did not complete the AMQP handshake',
  VIA_AMQP_LOGIN_REFUSED: 'RabbitMQ refused the user name, password or certificate',
  VIA_AMQP_VHOST_REFUSED: 'the virtual host is missing or closed to the user',
  VIA_AMQP_ABORTED: 'a wait was called off from our side',
  VIA_AMQP_CONNECTION_LOST: 'an open connection went away',
  VIA_AMQP_CONNECTION_CLOSED: 'RabbitMQ closed the connection and said why',
  VIA_AMQP_CHANNEL_CLOSED: 'RabbitMQ closed a channel and said why',
  VIA_AMQP_ACCESS_REFUSED: 'the user lacks a permission on an exchange or queue',
  VIA_AMQP_NOT_FOUND: 'an exchange or queue does not exist',
  VIA_AMQP_CLASH: 'an exchange or queue exists with other flags than configured',
  VIA_AMQP_CONSUMER_CANCELLED: 'RabbitMQ ended a consumer, its queue is gone',
  VIA_AMQP_BLOCKED: 'RabbitMQ takes no messages for now: it is short of memory or disk',
  VIA_AMQP_CONFIRM_TIMEOUT: 'RabbitMQ confirmed nothing for too long',
  VIA_AMQP_NACKED: 'RabbitMQ said that it could not take a message',
  VIA_AMQP_UNROUTABLE: 'no queue is bound for a message',
  VIA_AMQP_MESSAGE_INVALID: 'a message cannot be expressed in AMQP',
  VIA_AMQP_MESSAGE_TOO_LARGE: 'a message is larger than the limit',
} as const;

/** A code of {@link AMQP_ERRORS}. */
export type AmqpErrorCode = keyof typeof AMQP_ERRORS;
