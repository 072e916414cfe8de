import { connect } from 'amqplib';

/** A header table that holds a table that holds a table, so many levels deep. */
export function nestedTable(levels: number): Buffer {
  const table = Buffer.alloc(4 + levels * 7);
  let offset = 0;
  for (let left = levels; left > 0; left -= 1) {
    offset = table.writeUInt32BE(left * 7, offset);
    table[offset] = 1; // the length of the name
    table[offset + 1] = 'a'.charCodeAt(0);
    table[offset + 2] = 'F'.charCodeAt(0);
    offset += 3;
  }
  return table;
}

/** Publishes `{}` with a header table given as bytes, and waits until RabbitMQ has it. */
export async function publishRaw(
  url: string,
  exchange: string,
  routingKey: string,
  headers: Buffer,
): Promise<void> {
  const body = Buffer.from('{}');
  const model = await connect(url);
  const channel = await model.createConfirmChannel();
  const short = (text: string): Buffer => Buffer.from([text.length, ...Buffer.from(text)]);
  // basic.publish: class 60, method 40, ticket, exchange, routing key, flags.
  const names = [short(exchange), short(routingKey)];
  const method = Buffer.concat([Buffer.from([0, 60, 0, 40, 0, 0]), ...names, Buffer.from([0])]);
  const size = Buffer.alloc(8);
  size.writeBigUInt64BE(BigInt(body.length));
  // Content header: class 60, weight, body size, flags (only the headers are there).
  const fixed = [Buffer.from([0, 60, 0, 0]), size, Buffer.from([0x20, 0x00])];
  const header = Buffer.concat([...fixed, headers]);
  const confirmed = new Promise((resolve) => channel.once('ack', resolve));
  const inside = model.connection as unknown as {
    channels: { buffer: { write(b: Buffer): void } }[];
  };
  inside.channels[1]?.buffer.write(
    Buffer.concat([frame(1, method), frame(2, header), frame(3, body)]),
  );
  await confirmed;
  await model.close();
}

function frame(type: number, payload: Buffer): Buffer {
  const head = Buffer.from([type, 0, 1, 0, 0, 0, 0]);
  head.writeUInt32BE(payload.length, 3);
  return Buffer.concat([head, payload, Buffer.from([0xce])]);
}
