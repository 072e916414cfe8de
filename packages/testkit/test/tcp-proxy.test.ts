import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

import {
  countResources,
  countingClock,
  expectNoLeftovers,
  TcpProxy,
  waitFor,
  type TcpFaults,
} from '@viaduct/testkit';
import { afterEach, beforeEach, expect, test } from 'vitest';

let server: Server;
let accepted: Socket[];
let clients: Socket[];
let received: string;
let ended: boolean;
let proxy: TcpProxy;
let before: ReadonlyMap<string, number>;

/** A server that keeps what it is told and answers each chunk in upper case. */
beforeEach(async () => {
  before = countResources();
  accepted = [];
  clients = [];
  received = '';
  ended = false;
  server = createServer({ allowHalfOpen: true }, (socket) => {
    accepted.push(socket);
    socket.on('data', (chunk: Buffer) => {
      received += chunk.toString();
      if (socket.writable) socket.write(chunk.toString().toUpperCase());
    });
    socket.on('end', () => {
      ended = true;
    });
    socket.on('error', () => undefined);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterEach(async () => {
  await proxy.close();
  await proxy.close();
  for (const socket of [...accepted, ...clients]) socket.destroy();
  server.close();
  await expectNoLeftovers(before, countingClock());
});

async function open(faults?: TcpFaults): Promise<Client> {
  proxy = await TcpProxy.start({ port: (server.address() as AddressInfo).port }, faults);
  return openClient();
}

async function openClient(): Promise<Client> {
  const socket = connect({ port: proxy.port, host: '127.0.0.1', allowHalfOpen: true });
  clients.push(socket);
  const client: Client = { socket, answer: '', ended: false, closed: false };
  socket.on('data', (chunk: Buffer) => {
    client.answer += chunk.toString();
  });
  socket.on('end', () => {
    client.ended = true;
  });
  socket.on('error', () => undefined);
  socket.on('close', () => {
    client.closed = true;
  });
  await once(socket, 'connect');
  return client;
}

interface Client {
  readonly socket: Socket;
  answer: string;
  ended: boolean;
  closed: boolean;
}

test('passes bytes both ways, in order, and counts them', async () => {
  const client = await open();
  const text = 'abcdefghij'.repeat(100_000);
  client.socket.write(text);
  await waitFor(() => client.answer.length === text.length);
  expect(received).toBe(text);
  expect(client.answer).toBe(text.toUpperCase());
  expect(proxy.counters).toEqual({
    connectionsTotal: 1,
    connectionsOpen: 1,
    bytesToTarget: text.length,
    bytesToClient: text.length,
    bytesDropped: 0,
  });
  client.socket.end();
  accepted[0]?.end();
  await waitFor(() => proxy.counters.connectionsOpen === 0);
});

test('passes the end of each direction on', async () => {
  const client = await open();
  client.socket.end('last words');
  await waitFor(() => ended);
  await waitFor(() => client.answer === 'LAST WORDS');
  accepted[0]?.end();
  await waitFor(() => client.ended);
});

test('delays every chunk', async () => {
  const client = await open({ delayMs: 200 });
  const start = performance.now();
  client.socket.write('late');
  await waitFor(() => client.answer === 'LATE');
  expect(performance.now() - start).toBeGreaterThan(390);
});

test('keeps the order of what it delays', async () => {
  const client = await open({ delayMs: 5, bytesPerSecondMax: 20_000 });
  const words = Array.from({ length: 200 }, (_, index) => `${index},`);
  for (const word of words) {
    client.socket.write(word);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await waitFor(() => received.length === words.join('').length);
  expect(received).toBe(words.join(''));
});

test('limits how fast bytes pass', async () => {
  const client = await open({ bytesPerSecondMax: 100_000 });
  const start = performance.now();
  client.socket.write('x'.repeat(30_000));
  await waitFor(() => received.length === 30_000);
  expect(performance.now() - start).toBeGreaterThan(290);
});

test('drops everything silently, and cuts what lost bytes when that ends', async () => {
  const client = await open();
  client.socket.write('heard');
  await waitFor(() => client.answer === 'HEARD');
  proxy.setFaults({ drop: true });
  client.socket.write('unheard');
  const late = await openClient();
  late.socket.write('unheard too');
  await waitFor(() => proxy.counters.bytesDropped === 18);
  expect(received).toBe('heard');
  expect(client.closed || late.closed).toBe(false);
  proxy.setFaults({});
  await waitFor(() => client.closed && late.closed);
});

test('closes one direction and leaves the other open', async () => {
  const client = await open();
  client.socket.write('a');
  await waitFor(() => client.answer === 'A');
  proxy.halfClose('toClient');
  await waitFor(() => client.ended);
  client.socket.write('b');
  await waitFor(() => received === 'ab');
  expect(client.closed).toBe(false);
});

test('cuts every connection with a reset', async () => {
  const client = await open();
  client.socket.write('a');
  await waitFor(() => client.answer === 'A');
  proxy.cut();
  await waitFor(() => client.closed);
  expect(client.ended).toBe(false);
  expect(proxy.counters.connectionsOpen).toBe(0);
});

test('cuts in the middle: exactly so many bytes pass', async () => {
  const client = await open({ cutAfter: { direction: 'toTarget', bytes: 7 } });
  client.socket.write('first');
  await waitFor(() => received === 'first');
  client.socket.write('second');
  await waitFor(() => client.closed);
  expect(received).toBe('firstse');
});

test('accepts on the same port again after a target that is away', async () => {
  const target = (server.address() as AddressInfo).port;
  server.close();
  proxy = await TcpProxy.start({ port: target });
  const refused = await openClient();
  await waitFor(() => refused.closed);
  server.listen(target, '127.0.0.1');
  await once(server, 'listening');
  const client = await openClient();
  client.socket.write('back');
  await waitFor(() => client.answer === 'BACK');
});
