/** The AMQP 0-9-1 basic properties, under the names that amqplib gives them. */
export interface AmqpProperties {
  readonly contentType?: string;
  readonly contentEncoding?: string;
  /** A field table: texts, numbers, booleans, null, lists, tables, Buffers. */
  readonly headers?: Readonly<Record<string, unknown>>;
  /** 2 is persistent. */
  readonly deliveryMode?: number;
  readonly priority?: number;
  readonly correlationId?: string;
  readonly replyTo?: string;
  /** Milliseconds, as a decimal text. */
  readonly expiration?: string;
  readonly messageId?: string;
  /** Seconds since the epoch. */
  readonly timestamp?: number;
  readonly type?: string;
  /** RabbitMQ closes the channel where it is not the user who is logged in. */
  readonly userId?: string;
  readonly appId?: string;
}

/** One message to publish. */
export interface AmqpMessage {
  readonly exchange: string;
  readonly routingKey: string;
  readonly properties: AmqpProperties;
  readonly body: Uint8Array;
}
