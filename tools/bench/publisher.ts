/**
 * The OpenNebula side of the pipeline benchmark, in a process of its own: one PUB socket for each
 * leg, all with the same messages. Publishes a burst as fast as the socket takes it, or paced.
 */
import { XPublisher } from 'zeromq';
import { virtualMachineFrames, type Frame } from './messages.ts';

/** Parent to publisher. */
export type PublishOrder =
  | { readonly order: 'bind'; readonly legs: readonly string[] }
  | { readonly order: 'burst'; readonly leg: string; readonly count: number }
  | {
      readonly order: 'pace';
      readonly leg: string;
      readonly count: number;
      readonly perSecond: number;
    }
  | { readonly order: 'stop' };

/** Publisher to parent. */
export type PublishReport =
  | { readonly report: 'bound'; readonly endpoints: Readonly<Record<string, string>> }
  /** When each event left, nanoseconds of `process.hrtime`, in order of resource id. */
  | { readonly report: 'published'; readonly firstAt: string; readonly sentAt: readonly number[] };

const sockets = new Map<string, XPublisher>();
let frames: readonly Frame[] = [];

process.on('message', (order: PublishOrder) => {
  void follow(order);
});

async function follow(order: PublishOrder): Promise<void> {
  if (order.order === 'bind') await bind(order.legs);
  else if (order.order === 'stop') process.disconnect();
  else await publish(order);
}

async function bind(legs: readonly string[]): Promise<void> {
  const endpoints: Record<string, string> = {};
  for (const leg of legs) {
    const socket = new XPublisher({ noDrop: true, sendHighWaterMark: 0, linger: 0 });
    await socket.bind('tcp://127.0.0.1:*');
    sockets.set(leg, socket);
    endpoints[leg] = socket.lastEndpoint ?? '';
  }
  report({ report: 'bound', endpoints });
}

async function publish(order: PublishOrder & { order: 'burst' | 'pace' }): Promise<void> {
  const socket = sockets.get(order.leg);
  if (!socket) throw new Error(`no socket for leg ${order.leg}`);
  if (frames.length < order.count) frames = virtualMachineFrames(order.count);
  const sentAt: number[] = [];
  const first = process.hrtime.bigint();
  for (let index = 0; index < order.count; index += 1) {
    const frame = frames[index];
    if (!frame) break;
    if (order.order === 'pace') await untilDue(first, index, order.perSecond);
    sentAt.push(Number(process.hrtime.bigint() - first));
    await socket.send([frame.key, frame.content]);
  }
  report({ report: 'published', firstAt: String(first), sentAt });
}

/** Waits by timers, a millisecond or more: spinning would take a core from what is measured. */
async function untilDue(first: bigint, index: number, perSecond: number): Promise<void> {
  const dueNs = (index / perSecond) * 1e9;
  for (;;) {
    const aheadNs = dueNs - Number(process.hrtime.bigint() - first);
    if (aheadNs <= 0) return;
    await new Promise((resolve) => setTimeout(resolve, Math.ceil(aheadNs / 1e6)));
  }
}

function report(message: PublishReport): void {
  process.send?.(message);
}
