/** Where the demo's AMQP legs run: a RabbitMQ that answers, a private one, or none yet. */
import { connect } from 'amqplib';
import { missingPeers } from '../peers/debian-packages.ts';
import { startRabbitmq } from '../peers/rabbitmq.ts';
import type { Screen } from './screen.ts';

/** The RabbitMQ of a run, or where one may yet appear. */
export interface FoundRabbitmq {
  readonly url: string;
  /** Stops a private server; leaves any other alone. */
  close(): Promise<void>;
}

/** RabbitMQ's own defaults. */
const LOCAL_URL = 'amqp://guest:guest@127.0.0.1:5672';

const LOGIN_TIMEOUT_MS = 10_000;

/** Looks at AMQP_URL, at localhost, then for a server to start; says what it found. */
export async function findRabbitmq(screen: Screen): Promise<FoundRabbitmq> {
  const wanted = process.env.AMQP_URL;
  if (await canLogIn(wanted ?? LOCAL_URL)) {
    const which = wanted === undefined ? 'on localhost' : 'of AMQP_URL';
    screen.say(`RabbitMQ: the one ${which}.`);
    return notOurs(wanted ?? LOCAL_URL);
  }
  if (wanted === undefined && missingPeers(['rabbitmq']).length === 0) {
    screen.say('RabbitMQ: starting a private one on free ports; this takes some seconds …');
    try {
      const server = await startRabbitmq();
      return { url: server.url, close: () => server.close() };
    } catch (error) {
      const [reason] = (error as Error).message.split('\n');
      screen.warn(`It did not start: ${reason ?? ''}`);
    }
  }
  return noRabbitmq(screen);
}

/** There is none now; one that appears later is used. */
export function noRabbitmq(screen: Screen): FoundRabbitmq {
  const wanted = process.env.AMQP_URL;
  const where = wanted === undefined ? 'on localhost' : 'at AMQP_URL';
  const install =
    wanted === undefined ? ' Install rabbitmq-server, or set AMQP_URL, to see those legs.' : '';
  screen.warn(
    `RabbitMQ: none answers ${where}. What goes to OpenStack is kept in the journal and tried ` +
      `again; everything else runs.${install}`,
  );
  return notOurs(wanted ?? LOCAL_URL);
}

function notOurs(url: string): FoundRabbitmq {
  return { url, close: async () => undefined };
}

/** Whether a RabbitMQ answers and lets us in. */
export async function canLogIn(url: string): Promise<boolean> {
  try {
    const connection = await connect(url, { timeout: LOGIN_TIMEOUT_MS });
    connection.on('error', () => undefined);
    await connection.close();
    return true;
  } catch {
    return false;
  }
}
