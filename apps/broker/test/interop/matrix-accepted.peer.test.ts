/**
 * What the matrix holds for a target, given to a real receiver of that target: an oslo.messaging
 * listener, OpenNebula's documented subscriber in Ruby, net-snmp's snmptrapd with our MIB module.
 */
import { connect } from 'amqplib';
import { randomUUID } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { join } from 'node:path';
import type { JsonObject } from '@viaduct/core';
import { writeDatagram, type SnmpNotification } from '@viaduct/snmp/codec';
import { Publisher } from 'zeromq';
import { afterEach, describe, expect, it } from 'vitest';
import { startListener } from '../../../../tools/peers/oslo.ts';
import { startSubscriber } from '../../../../tools/peers/ruby.ts';
import { freshVhost } from '../../../../tools/peers/shared-rabbitmq.ts';
import { startSnmptrapd } from '../../../../tools/peers/snmptrapd.ts';
import { requirePeer } from '../../../../tools/peers/started.ts';
import { allCodecs, matrixCases, translateOne } from '../../../../tools/translation/matrix.ts';

requirePeer('oslo');
requirePeer('rabbitmq');
requirePeer('ruby');
requirePeer('snmp');

const codecs = await allCodecs();
const cleanups: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** Every message that the cases of the matrix become in a dialect, out of all others. */
function messagesTo(dialect: string): readonly JsonObject[] {
  return matrixCases().flatMap(({ natives }) =>
    Object.entries(natives).flatMap(([from, native]) => {
      const [source, target] = [codecs.get(from), codecs.get(dialect)];
      if (from === dialect || source === undefined || target === undefined) return [];
      return translateOne(native, source, target).natives;
    }),
  );
}

describe('the messages of the matrix', () => {
  it('are taken by a real oslo.messaging listener, every one', async () => {
    const vhost = await freshVhost();
    cleanups.push(() => vhost.drop());
    const listener = await startListener({ url: vhost.url });
    cleanups.push(() => listener.stop());
    const connection = await connect(vhost.url);
    cleanups.push(() => connection.close());
    const channel = await connection.createConfirmChannel();
    const messages = messagesTo('oslo') as unknown as readonly OsloForm[];
    for (const { exchange, routingKey, properties, body } of messages) {
      // A listener drops what it has seen: each sending has a new _unique_id, as here.
      const unique = body.replace(NONCE, randomUUID().replaceAll('-', ''));
      channel.publish(exchange, routingKey, Buffer.from(unique), properties);
    }
    await channel.waitForConfirms();
    const taken = await listener.waitForCount(messages.length);
    expect(taken.map(({ metadata }) => metadata.message_id).sort()).toEqual(
      messages.map(({ properties }) => properties.headers['x-viaduct-id']).sort(),
    );
    expect(listener.errors()).not.toMatch(/Traceback/);
  });

  it('are read by the subscriber that OpenNebula documents, every one', async () => {
    const publisher = new Publisher();
    cleanups.push(() => {
      publisher.close();
    });
    await publisher.bind('tcp://127.0.0.1:*');
    const subscriber = await startSubscriber(publisher.lastEndpoint ?? '', ['EVENT', 'CANARY']);
    cleanups.push(() => subscriber.stop());
    for (let attempt = 0; subscriber.messages().length === 0; attempt += 1) {
      expect(attempt).toBeLessThan(600);
      await publisher.send(['CANARY', '']);
      await subscriber.waitForCount(1, 100).catch(() => undefined);
    }
    const messages = messagesTo('opennebula') as unknown as readonly OpennebulaForm[];
    for (const { key, content } of messages) await publisher.send([key, content]);
    await publisher.send(['CANARY', 'the end']);
    const isOver = () => subscriber.messages().some(({ content }) => content === 'the end');
    while (!isOver()) await subscriber.waitForCount(subscriber.messages().length + 1);
    const read = subscriber.messages().filter(({ key }) => key !== 'CANARY');
    expect(read.map(({ key, content }) => ({ key, content }))).toEqual(messages);
    for (const { text } of read) expect(text).toMatch(/^<HOOK_MESSAGE>.*<\/HOOK_MESSAGE>$/s);
  });

  it('are printed by snmptrapd with a name for each of our objects, every one', async () => {
    const mibs = join(import.meta.dirname, '../../../../packages/snmp/mibs');
    const trapd = await startSnmptrapd({ mibFolders: [mibs], mibs: ['VIADUCT-MIB'] });
    cleanups.push(() => trapd.stop());
    const socket = createSocket('udp4');
    cleanups.push(() => {
      socket.close();
    });
    const messages = messagesTo('snmp') as unknown as readonly SnmpNotification[];
    for (const [index, message] of messages.entries()) {
      const datagram = writeDatagram(message, 'public', { requestId: index + 1, upTime: index });
      socket.send(datagram, trapd.port, '127.0.0.1');
      await trapd.waitForCount(index + 1); // nobody confirms a trap: one after the other
    }
    for (const [index, { varbinds }] of trapd.traps().entries()) {
      const sent = messages[index]?.varbinds ?? [];
      const ours = varbinds.filter((text) => text.startsWith('VIADUCT-MIB::viaduct'));
      expect(ours.length, varbinds.join('\n')).toBe(sent.length);
    }
  });
});

interface OsloForm {
  readonly exchange: string;
  readonly routingKey: string;
  readonly properties: { readonly headers: Readonly<Record<string, string>> };
  readonly body: string;
}

interface OpennebulaForm {
  readonly key: string;
  readonly content: string;
}

/** The one that the matrix has for all its messages. */
const NONCE = '0123456789abcdef'.repeat(2);
