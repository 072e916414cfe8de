/**
 * Who receives the traps of the benchmark, in a process of its own: counts datagrams on loopback
 * and looks into none. What the kernel has no room for is lost, as with any receiver of traps.
 */
import { createSocket } from 'node:dgram';

/** Parent to receiver. */
export type ReceiverOrder = { readonly order: 'count' | 'stop' };

/** Receiver to parent. */
export type ReceiverReport =
  | { readonly report: 'bound'; readonly port: number }
  /** Since the count before. */
  | { readonly report: 'counted'; readonly datagrams: number; readonly bytes: number };

/** Asked of the kernel, which may grant less. */
const RECEIVE_BUFFER_BYTES = 8 * 1024 * 1024;

let datagrams = 0;
let bytes = 0;
const socket = createSocket({ type: 'udp4', recvBufferSize: RECEIVE_BUFFER_BYTES });
socket.on('message', (datagram) => {
  datagrams += 1;
  bytes += datagram.length;
});

process.on('message', ({ order }: ReceiverOrder) => {
  if (order === 'stop') {
    socket.close();
    process.disconnect();
    return;
  }
  report({ report: 'counted', datagrams, bytes });
  datagrams = 0;
  bytes = 0;
});

socket.bind(0, '127.0.0.1', () => report({ report: 'bound', port: socket.address().port }));

function report(message: ReceiverReport): void {
  process.send?.(message);
}
