/** One replay at a time: two would not see what the other is about to write. */
import { BrokerError } from '../errors.ts';

/** Lets long work pass one by one; whoever comes meanwhile is turned away. */
export interface Turnstile {
  pass<T>(work: AsyncIterable<T>): AsyncGenerator<T, void>;
}

/** A free turnstile. */
export function turnstile(): Turnstile {
  let isTaken = false;
  return {
    async *pass(work) {
      if (isTaken) {
        const message = 'another replay is under way: wait for it, or stop it and repeat it later';
        throw new BrokerError('VIA_BROKER_REPLAY_UNDER_WAY', message);
      }
      isTaken = true;
      try {
        yield* work;
      } finally {
        isTaken = false;
      }
    },
  };
}
