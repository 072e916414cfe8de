import type { ChannelModel } from 'amqplib';

/** Where a message's properties say that its headers could not be read, and why. */
const UNREADABLE: unique symbol = Symbol('unreadable');

/** The class of the basic properties, by which amqplib knows a content header. */
const BASIC_CLASS = 60;

/** Frame: type (1 byte), channel (2), length (4); header: class (2), weight (2), body size (8). */
const FRAME = { channelAt: 1, sizeAt: 11, bytesMin: 19, header: 2 } as const;

/** The part of amqplib's connection that hands out received frames. */
interface FrameReader {
  rest: Buffer;
  recvFrame(): unknown;
}

/**
 * Keeps one bad message from ending the connection, which would bring it again for ever.
 *
 * amqplib (2.3.1) decodes header tables by recursion and overflows its stack at a table some
 * thousand levels deep; RabbitMQ (3.10) passes it on, and it fits into one frame. The frame is off
 * the buffer by then, so the message can go on without its properties, marked {@link UNREADABLE}.
 * This leans on the inside of amqplib: its version is pinned.
 */
export function guardHeaders(model: ChannelModel): void {
  const reader = model.connection as unknown as FrameReader;
  const recvFrame = reader.recvFrame.bind(reader);
  reader.recvFrame = () => {
    const before = reader.rest;
    try {
      return recvFrame();
    } catch (error) {
      const isTaken = reader.rest !== before;
      if (!isTaken || before.length < FRAME.bytesMin || before[0] !== FRAME.header) throw error;
      return {
        id: BASIC_CLASS,
        channel: before.readUInt16BE(FRAME.channelAt),
        size: Number(before.readBigUInt64BE(FRAME.sizeAt)),
        fields: { [UNREADABLE]: error instanceof Error ? error.message : 'unknown' },
      };
    }
  };
}

/** Why the headers of a received message could not be read; undefined where they could. */
export function unreadableBecause(properties: object): string | undefined {
  return (properties as { readonly [UNREADABLE]?: string })[UNREADABLE];
}
