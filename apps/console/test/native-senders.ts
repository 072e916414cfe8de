/** Systems that speak dialects of their own, for views that show what they said. */
import { createSocket } from 'node:dgram';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeDatagram, type SnmpNotification } from '@viaduct/snmp';
import { TestPublisher } from '../../../packages/opennebula/test/zeromq-peers.ts';
import { freePort } from '../../../tools/peers/free-port.ts';
import { type Places, type Scene, standardSections, startScene } from './scene.ts';

const MATRIX = join(import.meta.dirname, '../../broker/fixtures/matrix');

/** A scene with an OpenNebula and traps beside it. */
export interface NativeScene {
  readonly scene: Scene;
  /** Publishes what OpenNebula says of a machine that failed. */
  publish(): Promise<void>;
  /** Sends a trap of an uninterruptible power supply. */
  trap(): Promise<void>;
  remove(): Promise<void>;
}

/** Starts all of it. */
export async function startNativeScene(admin?: string): Promise<NativeScene> {
  const [publisher, trapPort] = [await TestPublisher.open(), await freePort()];
  const sections = (places: Places): string =>
    standardSections(places).replace(
      'sinks:\n',
      `  one: { adapter: opennebula, endpoint: "${publisher.endpoint}" }
  traps: { adapter: snmp, listen: "127.0.0.1:${String(trapPort)}", communities: [public] }
sinks:
`,
    );
  const scene = await startScene({ sections, ...(admin === undefined ? {} : { admin }) });
  return {
    scene,
    publish: async () => {
      await publisher.waitForSubscriptions(1);
      const { key, content } = await fixture<{ key: string; content: string }>(
        'compute-failed.opennebula',
      );
      await publisher.send(key, content);
    },
    trap: async () => {
      const notification = await fixture<SnmpNotification>('generic.snmp');
      const context = { requestId: 7, upTime: 1 };
      await sendDatagram(writeDatagram(notification, 'public', context), trapPort);
    },
    remove: async () => {
      await scene.remove();
      await publisher.stop();
    },
  };
}

async function fixture<T>(name: string): Promise<T> {
  return JSON.parse(await readFile(join(MATRIX, `${name}.native.json`), 'utf8')) as T;
}

function sendDatagram(datagram: Uint8Array, port: number): Promise<void> {
  const socket = createSocket('udp4');
  return new Promise((resolve, reject) => {
    socket.send(datagram, port, '127.0.0.1', (error) => {
      socket.close();
      if (error === null) resolve();
      else reject(error);
    });
  });
}
