/** The events that producers of the oracle issue: what every dialect can say and keep unchanged. */
import { fingerprint } from './fingerprint.ts';

/** One change of one machine, before it is put into a dialect. */
export interface Sample {
  /** A UUID: the event's id in every dialect that has one. */
  readonly id: string;
  /** A UUID: the machine, and so the ordering key. */
  readonly resource: string;
  /** The machine's name as of this event: the id, a blank, and text that is easily damaged. */
  readonly name: string;
  readonly hasFailed: boolean;
  /** Its place among what this maker made, from 0. */
  readonly ordinal: number;
}

/** Makes samples from random numbers, so that a seed makes the same ones again. */
export interface SampleMaker {
  next(): Sample;
}

/** Different machines in the load: few enough that many events share one and have to keep order. */
const MACHINES = 200;

/** One of so many events tells of a failure. */
const FAILED_EVERY = 4;

const TEXT_LENGTH_MAX = 24;

/** Characters that XML, JSON, ASN.1 or a careless program spoils. */
const FRAGILE = Array.from('aZ09 <>&"\'\\%$#{}[]()äöéßñ€漢字🙂|;=/+');

/** A maker whose samples follow from `random`, numbers in [0, 1). */
export function sampleMaker(random: () => number): SampleMaker {
  const machines = Array.from({ length: MACHINES }, () => uuid(random));
  let ordinal = 0;
  return {
    next: () => {
      const id = uuid(random);
      const length = Math.floor(random() * TEXT_LENGTH_MAX);
      const text = Array.from({ length }, () => pick(FRAGILE, random)).join('');
      const sample = {
        id,
        resource: pick(machines, random),
        name: `${id} ${text}.`,
        hasFailed: random() < 1 / FAILED_EVERY,
        ordinal,
      };
      ordinal += 1;
      return sample;
    },
  };
}

/** What a collector read of an event, whatever its dialect. */
export interface Witness {
  readonly resource: string;
  readonly name: string;
}

/** The id that a witness names. */
export function idOf({ name }: Witness): string {
  return name.slice(0, UUID_LENGTH);
}

/** The fingerprint of what must be read of a sample at every sink. */
export function witnessOf({ resource, name }: Witness): string {
  return fingerprint({ resource, name });
}

const UUID_LENGTH = 36;

function pick<T>(list: readonly T[], random: () => number): T {
  return list[Math.floor(random() * list.length)] as T;
}

/** Of the form of a version 4 UUID. */
function uuid(random: () => number): string {
  const hex = Array.from({ length: 32 }, () => Math.floor(random() * 16).toString(16)).join('');
  const [a, b, c, d] = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(13, 16), hex.slice(17, 20)];
  return `${a}-${b}-4${c}-8${d}-${hex.slice(20)}`;
}
