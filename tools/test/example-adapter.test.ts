/** The adapter of docs/writing-an-adapter.md keeps the contract, and its page shows it as it is. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readConfiguration } from '@viaduct/broker';
import {
  eventProblems,
  sourceContract,
  type SourcePeer,
  testContext,
  waitFor,
} from '@viaduct/testkit';
import { rackAdapter } from '../../examples/adapter/rack-adapter.ts';
import { rackCodec, type RackLine } from '../../examples/adapter/rack-codec.ts';
import { createRackSource, RACK_CAPABILITIES } from '../../examples/adapter/rack-source.ts';
import { allPages, ROOT } from '../docs/pages.ts';

const context = { receivedAt: 1_700_000_000_000, system: 'hall', ordinal: 1 };

sourceContract<RackLine>({
  name: 'the example of a rack sensor, over TCP',
  capabilities: RACK_CAPABILITIES,
  open: openGateway,
});

describe('the codec of the example', () => {
  it('makes valid events of lines', () => {
    const decoded = rackCodec.decode({ line: '17 r12 door open' }, context);
    const [first] = decoded.ok ? decoded.value : [];
    expect(first?.event.data).toMatchObject({
      resource: { kind: 'device', id: 'r12' },
      state: { value: 'degraded', native: 'door open' },
      severity: 'warning',
    });
    expect(eventProblems(first?.event ?? ({} as never))).toEqual([]);
  });

  it('never throws, and gives equal events for equal lines', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.stringMatching(/^\d+ r\d door (open|closed)$/)),
        (line) => {
          expect(rackCodec.decode({ line }, context)).toEqual(rackCodec.decode({ line }, context));
        },
      ),
    );
  });
});

describe('the adapter of the example', () => {
  it('is configured like any other', async () => {
    const entry = {
      name: 'rack',
      loadCodec: () => Promise.resolve(rackAdapter.codec),
      load: () => Promise.resolve(rackAdapter),
    };
    const text = 'sources: { hall: { adapter: rack, host: gw, prot: 7 } }\n';
    const read = await readConfiguration('rack.yaml', text, [entry], {
      environment: {},
      folder: ROOT,
    });
    expect(read.ok ? '' : read.error.map(({ message }) => message).join()).toMatch(/"?prot"?/);
  });

  it('gives up a connection that is closed before it was made', async () => {
    const gateway = await openGateway();
    const source = gateway.create(testContext());
    const connecting = source.connect(new AbortController().signal);
    // The socket is there, and nothing of the network has come yet.
    await new Promise<void>((resolve) => queueMicrotask(resolve));
    await source.close();
    await expect(connecting).rejects.toMatchObject({ code: 'VIA_RACK_LOST' });
    await gateway.close();
  });

  it('stands in its page as it is', () => {
    const page = allPages().find(({ path }) => path === 'docs/writing-an-adapter.md');
    const shown = (page?.blocks ?? []).filter(({ language }) => language === 'ts');
    const files = shown.map(({ directive }) => directive?.value ?? '');
    expect(files).toEqual([
      'examples/adapter/rack-codec.ts',
      'examples/adapter/rack-source.ts',
      'examples/adapter/rack-adapter.ts',
    ]);
    for (const [index, file] of files.entries()) {
      expect(shown[index]?.text).toBe(readFileSync(join(ROOT, file), 'utf8'));
    }
  });
});

/** The gateway, and another one that accepts connections and says nothing. */
async function openGateway(): Promise<SourcePeer<RackLine>> {
  const sockets = new Set<Socket>();
  const started = async (greeting: string, port: number): Promise<Server> => {
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket)).on('error', () => undefined);
      if (greeting !== '') socket.write(greeting);
    });
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return server;
  };
  const portOf = (server: Server): number => (server.address() as AddressInfo).port;
  const ended = async (server: Server): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  };
  let gateway = await started('READY\n', 0);
  const mute = await started('', 0);
  const [port, mutePort] = [portOf(gateway), portOf(mute)];
  return {
    create: (adapter) => createRackSource({ host: '127.0.0.1', port }, adapter),
    createUnanswered: (adapter) => createRackSource({ host: '127.0.0.1', port: mutePort }, adapter),
    async publish(labels) {
      await waitFor(() => sockets.size > 0);
      for (const socket of sockets) {
        socket.write(labels.map((label) => `1 ${label} door open\n`).join(''));
      }
    },
    labelOf: ({ line }) => line.split(' ')[1] ?? '',
    async restart() {
      await ended(gateway);
      gateway = await started('READY\n', port);
    },
    async close() {
      await ended(gateway);
      await ended(mute);
    },
  };
}
