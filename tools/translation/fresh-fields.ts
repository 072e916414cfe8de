/**
 * What of a message may differ when it goes out again in its own dialect. The round trips are held
 * to this table, and docs/translation.md prints it.
 */

/** One place that may differ, with everything below it. */
export interface FreshField {
  /** As `outputFields` calls it. */
  readonly path: string;
  readonly why: string;
}

const AMQP_TRAIL: readonly FreshField[] = [
  { path: 'properties.headers.x-viaduct-id', why: 'the canonical id' },
  { path: 'properties.headers.x-viaduct-trail', why: 'the brokers passed' },
];

const AMQP_PLACE: readonly FreshField[] = [
  { path: 'exchange', why: 'the sink’s' },
  { path: 'routingKey', why: 'the sink’s' },
];

/** By dialect. Secrets, which are losses `redacted`, go without saying. */
export const FRESH_FIELDS: Readonly<Record<string, readonly FreshField[]>> = {
  bonfire: [...AMQP_TRAIL, ...AMQP_PLACE, { path: 'properties', why: 'filled in where missing' }],
  cloudevents: [
    { path: 'viaductid', why: 'the canonical id; of other people’s types' },
    { path: 'viaducttrail', why: 'the brokers passed; of other people’s types' },
    { path: 'trail', why: 'the brokers passed; of canonical events' },
  ],
  cloudify: [...AMQP_TRAIL, ...AMQP_PLACE, { path: 'properties', why: 'filled in where missing' }],
  opennebula: [
    { path: 'key', why: 'one message for each key of a real driver' },
    { path: 'content/HOOK_MESSAGE/VIADUCT', why: 'the canonical id and the brokers passed' },
  ],
  oslo: [
    ...AMQP_TRAIL,
    ...AMQP_PLACE,
    { path: 'properties', why: 'filled in where missing' },
    { path: 'body.oslo.version', why: 'the envelope of the sink’s format' },
    { path: 'body.priority', why: 'in capitals, and one that listeners know' },
    { path: 'body._unique_id', why: 'new for each attempt' },
    { path: 'body.message_id', why: 'the canonical id, where missing' },
    { path: 'body.timestamp', why: 'when it happened, where missing' },
  ],
  snmp: [
    { path: 'requestId', why: 'each sender counts its own' },
    { path: 'varbinds[1.3.6.1.4.1.32473.1.1.0]', why: 'viaductId, the canonical id' },
    { path: 'varbinds[1.3.6.1.4.1.32473.1.7.0]', why: 'viaductTrail, the brokers passed' },
    { path: 'varbinds[1.3.6.1.6.3.18.1.3.0]', why: 'snmpTrapAddress.0, the first sender' },
  ],
};
