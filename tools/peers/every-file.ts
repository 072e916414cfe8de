import { afterAll, expect } from 'vitest';
import { requiredPeers, type StartedPeer, startedPeers } from './started.ts';

// Belongs to every *.peer.test.ts (setupFiles): a test file named after a real peer fails unless it
// asked for one, and unless each that it asked for was really started: RabbitMQ by this run, which
// shares one, the others by this very file.
const before = startedPeers().length;

afterAll(() => {
  const required = [...requiredPeers()];
  expect(required, 'a peer test calls requirePeer or freshVhost').not.toHaveLength(0);
  const counts = ({ peer }: StartedPeer, index: number): boolean =>
    index >= before || peer === 'rabbitmq';
  const started = new Set(
    startedPeers()
      .filter(counts)
      .map(({ peer }) => peer),
  );
  const absent = required.filter((peer) => !started.has(peer));
  expect(absent, 'peers that this file asked for and never started').toEqual([]);
});
