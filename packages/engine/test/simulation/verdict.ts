/** The judge: knows what was published and acknowledged, and looks at what arrived. */
import type { DeadLetter } from '@viaduct/journal';
import { BROKER_TYPES } from '../../src/index.ts';
import { eventId, type Note } from '../dialect.ts';
import type { SinkPeer } from './sink-peer.ts';
import type { SourcePeer } from './source-peer.ts';
import { ATTEMPTS_MAX, UNREACHED, type World } from './world.ts';

/** All that is wrong with what became of a world; nothing: the promise was kept. */
export function findProblems(world: World, letters: readonly DeadLetter[]): readonly string[] {
  const problems: string[] = [];
  const buried = new Set(letters.map(({ sink, event }) => `${sink ?? ''}/${event?.id ?? ''}`));
  const undecodable = letters.filter(({ stage }) => stage === 'decode').map(({ native }) => native);
  const broken = new Set(
    undecodable.map((native) => (JSON.parse(native?.text ?? '{}') as Note).id),
  );
  for (const source of world.sources) {
    if (!source.isEmpty) problems.push(`${source.name} still has something`);
    for (const note of source.published) {
      problems.push(...judge(note, source, world, buried, broken));
    }
  }
  for (const sink of world.sinks) problems.push(...judgeSink(sink, world));
  for (const { attempts, stage, sink = '', event } of letters) {
    if (attempts.length > ATTEMPTS_MAX) problems.push(`${attempts.length} attempts`);
    const peers = [...world.sinks, world.guest];
    const refusedBy = peers.find(({ name }) => name === sink)?.refused;
    if (stage === 'send' && refusedBy?.has(event?.id ?? '') !== true) {
      problems.push(`${event?.id ?? ''} is a dead letter of ${sink}, which never refused it`);
    }
  }
  problems.push(...judgeUnroutable(letters));
  return problems;
}

/** A sink that gets an event by another route has no letter for it; any other has one alone. */
function judgeUnroutable(letters: readonly DeadLetter[]): readonly string[] {
  const seen = new Set<string>();
  return letters.flatMap(({ stage, sink = '', event }) => {
    const id = event?.id ?? '';
    if (stage !== 'route') return [];
    if (sink !== UNREACHED) return [`${id} has a letter of ${sink}, which it reaches`];
    if (seen.has(id)) return [`${id} has two letters of one sink`];
    seen.add(id);
    return [];
  });
}

function judge(
  note: Note,
  source: SourcePeer,
  world: World,
  buried: ReadonlySet<string>,
  broken: ReadonlySet<string>,
): readonly string[] {
  const isAcked = source.acked.has(note.id);
  if (source.traits.redelivers && !isAcked) return [`${note.id} was never acknowledged`];
  if (note.reflectedIn !== undefined) return judgeEcho(note, source, world);
  if (!isAcked) return [];
  if (note.broken === true) {
    return broken.has(note.id) ? [] : [`${note.id} is broken and no dead letter`];
  }
  const problems: string[] = [];
  const isUnreached = (note.type ?? 'note') === 'note' && note.trail === undefined;
  for (let index = 0; index < (note.events ?? 1); index += 1) {
    const id = eventId(note.id, index);
    if (isUnreached && !buried.has(`${UNREACHED}/${id}`)) {
      problems.push(`${id}, on which a route fails, has no letter`);
    }
    for (const { name, first } of owed(note, source, world)) {
      if (first.has(id) === buried.has(`${name}/${id}`) && !first.has(id)) {
        problems.push(`${name} never got ${id} of ${note.key} ${note.seq}`);
      }
      const mustFail = note.unspeakable === true || (note.refusals ?? 0) < 0;
      if (mustFail && first.has(id)) problems.push(`${name} got ${id}, which it refuses`);
    }
  }
  return problems;
}

/**
 * What the life that sent it heard again must go nowhere. One that came after a crash may know it
 * or not: fingerprints are written down a few seconds late.
 */
function judgeEcho(note: Note, source: SourcePeer, world: World): readonly string[] {
  const lives = [...(source.handedOver.get(note.id) ?? [])];
  if (lives.some((life) => life !== note.reflectedIn)) return [];
  const id = eventId(note.id);
  return world.sinks
    .filter(({ first }) => first.has(id))
    .map(({ name }) => `${name} got the echo ${id}`);
}

/** By hand what the routes say. */
function owed(note: Note, source: SourcePeer, world: World): readonly SinkPeer[] {
  const type = note.type ?? 'note';
  if (type.startsWith('noise') || note.trail !== undefined) return [];
  const [first, second, third] = world.sinks as readonly [SinkPeer, SinkPeer, SinkPeer];
  return [
    first,
    ...(type === 'alarm' || type.startsWith('alert') ? [second] : []),
    ...(source.name === 'queue' && type !== 'alarm' ? [third] : []),
  ];
}

function judgeSink(sink: SinkPeer, world: World): readonly string[] {
  const problems = sink.violations.map((violation) => `${sink.name}: ${violation}`);
  const known = new Map(
    world.sources.flatMap((source) =>
      source.published.map((note) => [note.id, { note, source }] as const),
    ),
  );
  for (const arrival of sink.first.values()) {
    if (Object.values<string>(BROKER_TYPES).includes(arrival.note)) continue;
    const origin = known.get(arrival.note);
    if (origin === undefined) problems.push(`${sink.name} got a stranger: ${arrival.note}`);
    else if (!owed(origin.note, origin.source, world).includes(sink)) {
      problems.push(`${sink.name} got ${arrival.note} of type ${origin.note.type ?? 'note'}`);
    }
  }
  // A refusal on record is never forgotten; one life can end before it is on record.
  const refusalsMax = ATTEMPTS_MAX + world.crashes + world.stops + world.reloads + 1;
  for (const [event, refusals] of sink.refused) {
    if (refusals > refusalsMax) problems.push(`${event} was tried ${refusals} times`);
  }
  const nonces = new Set(sink.arrivals.map(({ nonce }) => nonce));
  if (nonces.size !== sink.arrivals.length) problems.push(`${sink.name} saw a nonce twice`);
  return problems;
}
