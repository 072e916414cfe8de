import { once } from 'node:events';
import { connect } from 'node:net';

/** What an AMQP 0-9-1 client says first (specification 4.2.2). */
const PROTOCOL_HEADER = Buffer.from('AMQP\0\0\x09\x01', 'latin1');

/** A frame of type method on channel 0, whose method is connection.start (10, 10). */
const METHOD_FRAME = 1;
const CONNECTION_START = 0x000a_000a;
const METHOD_AT = 7;

/** How long a server that has accepted the connection may take to greet. */
const GREETING_TIMEOUT_MS = 2_000;

/**
 * Says hello as an AMQP client and returns the version that the server gives in its answer
 * (`RabbitMQ 3.10.8`), or undefined where nothing answers as an AMQP server does.
 */
export async function greet(host: string, port: number): Promise<string | undefined> {
  const socket = connect({ host, port });
  try {
    const signal = AbortSignal.timeout(GREETING_TIMEOUT_MS);
    await once(socket, 'connect', { signal });
    socket.write(PROTOCOL_HEADER);
    const [first] = (await once(socket, 'data', { signal })) as [Buffer];
    return versionIn(first);
  } catch {
    return undefined;
  } finally {
    socket.destroy();
  }
}

function versionIn(frame: Buffer): string | undefined {
  if (frame.length < METHOD_AT + 4 || frame[0] !== METHOD_FRAME) return undefined;
  if (frame.readUInt32BE(METHOD_AT) !== CONNECTION_START) return undefined;
  return `${textField(frame, 'product') ?? 'AMQP server'} ${textField(frame, 'version') ?? ''}`;
}

/** A long-string value of the server properties: name, 'S', 32-bit length, bytes. */
function textField(frame: Buffer, name: string): string | undefined {
  const key = Buffer.concat([Buffer.from([name.length]), Buffer.from(`${name}S`)]);
  const found = frame.indexOf(key);
  if (found < 0 || found + key.length + 4 > frame.length) return undefined;
  const start = found + key.length + 4;
  return frame.toString('utf8', start, start + frame.readUInt32BE(start - 4));
}
