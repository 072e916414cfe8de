/**
 * `npm run bench:isolation`: what a sink that is dead, far behind or being filled again costs the
 * others, as ratios within one run.
 *
 * 1. dead: throughput and latency of a live AMQP sink, alone and beside an SNMP manager that
 *    answers no inform. The two brokers take turns; the first round is dropped, the median counts.
 * 2. replay: latency of live traffic, alone and while what is stored is replayed into a new sink.
 * 3. backlog: memory of a broker with a million events that nobody takes.
 *
 * `npm run bench:isolation -- dead` runs one; `--events N` sets the size of the backlog.
 */
import { parseArgs } from 'node:util';
import { startRabbitmq } from '../peers/rabbitmq.ts';
import { benchBacklog } from './backlog.ts';
import { benchDeadSink } from './dead-sink.ts';
import { benchReplay } from './replay.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { events: { type: 'string', default: '1000000' } },
});
const [only] = positionals;
const rabbitmq = await startRabbitmq();
try {
  if (only === undefined || only === 'dead') await benchDeadSink(rabbitmq);
  if (only === undefined || only === 'replay') await benchReplay(rabbitmq);
  if (only === undefined || only === 'backlog') await benchBacklog(rabbitmq, Number(values.events));
} finally {
  await rabbitmq.close();
}
