/**
 * A simulated OpenNebula in a process of its own, as the real driver is one: publishes over ZeroMQ
 * what its cloud does. The port is the first argument, the address the second (default: loopback);
 * it ends when its standard input does.
 */
import { Publisher } from 'zeromq';
import {
  cloudStarts,
  hostFails,
  imageAppears,
  machineLives,
  quotaRefuses,
  type Step,
  type World,
} from './life-cycle.ts';

/** Machines that live at one time: enough to be lively, few enough to be read. */
const MACHINES_MAX = 3;

/** Between the birth of one machine and the next. */
const BIRTH_INTERVAL_MS = 3_500;

/** Every so many machines something happens to the cloud itself. */
const INCIDENT_EVERY = 3;

const FIRST_ID = 40;

const [port, address = '127.0.0.1'] = process.argv.slice(2);
if (port === undefined) throw new Error('the port to publish on is the first argument');

const world: World = { random: Math.random, seconds: () => Math.floor(Date.now() / 1000) };
const socket = new Publisher({ linger: 0, sendHighWaterMark: 1000 });
await socket.bind(`tcp://${address}:${port}`);
const end = new AbortController();
process.stdin.resume().once('end', () => end.abort());
process.send?.({ published: 'begins' });

/** One message at a time: a socket takes no second send before the first is done. */
let sending: Promise<void> = Promise.resolve();
let alive = 0;
let births = 0;

await play(cloudStarts(world));
while (!end.signal.aborted) {
  if (alive < MACHINES_MAX) {
    const id = FIRST_ID + births;
    births += 1;
    alive += 1;
    void play(machineLives(id, world)).finally(() => {
      alive -= 1;
    });
    if (births % INCIDENT_EVERY === 0) void play(incident(births / INCIDENT_EVERY));
  }
  await pause(BIRTH_INTERVAL_MS);
}
await sending;
socket.close();

function incident(number: number): Generator<Step> {
  const incidents = [
    () => quotaRefuses(),
    () => hostFails(number % 3),
    () => imageAppears(world, 7 + number, `snapshot-${number}`),
  ];
  return (incidents[number % incidents.length] ?? quotaRefuses)();
}

async function play(steps: Generator<Step>): Promise<void> {
  for (const { afterMs, messages } of steps) {
    await pause(afterMs);
    if (end.signal.aborted) return;
    for (const { key, content } of messages) {
      sending = sending.then(() => socket.send([key, content]));
    }
    await sending;
  }
}

async function pause(delayMs: number): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, delayMs);
    end.signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
