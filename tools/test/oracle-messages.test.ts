import { seededRandom } from '@viaduct/testkit';
import { describe, expect, it } from 'vitest';
import { notificationOf, readNotification } from '../oracle/notification.ts';
import { idOf, sampleMaker, witnessOf } from '../oracle/sample.ts';
import { readDatagram, readResponse, writeInform } from '../oracle/snmp-datagram.ts';
import { isHeartbeat, mibNotification, readMibNotification } from '../oracle/viaduct-mib.ts';

const COUNT = 500;

/** The same samples from the same seed. */
function samples(seed: number) {
  const maker = sampleMaker(seededRandom(seed));
  return Array.from({ length: COUNT }, () => maker.next());
}

describe('the samples of the oracle', () => {
  it('follow from their seed', () => {
    expect(samples(7)).toEqual(samples(7));
    expect(samples(7)).not.toEqual(samples(8));
  });

  it('have ids of their own, and share machines so that there is an order to keep', () => {
    const all = samples(1);
    expect(new Set(all.map(({ id }) => id)).size).toBe(COUNT);
    expect(new Set(all.map(({ resource }) => resource)).size).toBeLessThan(COUNT / 2);
  });
});

describe('a notification', () => {
  it('is read as what was written', () => {
    for (const sample of samples(2)) {
      const read = readNotification(notificationOf(sample));
      expect(read && idOf(read)).toBe(sample.id);
      expect(read && witnessOf(read)).toBe(witnessOf(sample));
    }
  });

  it('is unreadable once anything in its payload was changed', () => {
    const [sample] = samples(3);
    const body = notificationOf(sample!);
    expect(readNotification(body.replace('"ordinal":0', '"ordinal":1'))).toBeUndefined();
    expect(readNotification(body.replace(/,"digest":"[0-9a-f]+"/, ''))).toBeUndefined();
    expect(readNotification(body.slice(0, -2))).toBeUndefined();
  });
});

describe('an inform', () => {
  it('is read as what was written, and its response answers it', () => {
    for (const [index, sample] of samples(4).entries()) {
      const { trapOid, varbinds } = mibNotification(sample);
      const read = readDatagram(writeInform(index + 1, trapOid, varbinds));
      expect(read).toMatchObject({ isInform: true, requestId: index + 1, trapOid });
      expect(isHeartbeat(read!)).toBe(false);
      expect(readMibNotification(read!)).toEqual({
        resource: sample.resource,
        name: sample.name,
      });
      expect(readResponse(read!.response)).toBe(index + 1);
    }
  });

  it('that only asks whether somebody is there is no event', () => {
    const [sample] = samples(6);
    const { trapOid } = mibNotification(sample!);
    const heartbeat = trapOid.replace(/\.\d+$/, '.1');
    expect(isHeartbeat(readDatagram(writeInform(1, heartbeat, []))!)).toBe(true);
  });

  it('is nothing where its datagram is damaged, and no response itself', () => {
    const [sample] = samples(5);
    const { trapOid, varbinds } = mibNotification(sample!);
    const datagram = writeInform(1, trapOid, varbinds);
    for (let length = 0; length < datagram.length; length += 1) {
      expect(readDatagram(datagram.subarray(0, length))).toBeUndefined();
    }
    expect(readResponse(datagram)).toBeUndefined();
  });
});
