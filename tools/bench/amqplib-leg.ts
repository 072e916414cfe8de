/**
 * The ceiling: what `amqplib` alone publishes with confirms, bodies ready made. No ZeroMQ, no
 * decoding, no journal. The durable pipeline is measured against this.
 */
import { connect } from 'amqplib';
import { serveLeg, type LegSettings } from './leg.ts';

const IN_FLIGHT_MAX = 1_000;

await serveLeg(async (settings: LegSettings, confirmed) => {
  const connection = await connect(settings.amqpUrl);
  const channel = await connection.createConfirmChannel();
  await channel.assertExchange(settings.exchange, 'topic', { durable: true });
  await channel.assertQueue(settings.queue, { durable: true });
  await channel.bindQueue(settings.queue, settings.exchange, settings.queue);
  const body = Buffer.from(settings.body);

  let owed = 0;
  let inFlight = 0;
  const publish = (): void => {
    while (owed > 0 && inFlight < IN_FLIGHT_MAX) {
      owed -= 1;
      inFlight += 1;
      channel.publish(
        settings.exchange,
        settings.queue,
        body,
        { contentType: 'application/json', contentEncoding: 'utf-8', deliveryMode: 2, priority: 0 },
        () => {
          inFlight -= 1;
          confirmed();
          publish();
        },
      );
    }
  };
  return Object.assign(() => connection.close(), {
    burst: (count: number) => {
      owed += count;
      publish();
    },
  });
});
