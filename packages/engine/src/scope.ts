import type { Clock, Logger } from '@viaduct/core';
import type { Journal, NewDeadLetter } from '@viaduct/journal';
import type { Router } from '@viaduct/routing';
import type { Echoes } from './echoes/echoes.ts';
import type { EngineObserver } from './observer.ts';
import type { RoomWatch } from './room-watch.ts';
import type { EngineTracing } from './tracing.ts';

/** What all parts of one engine share. */
export interface EngineScope {
  readonly clock: Clock;
  readonly random: () => number;
  readonly brokerId: string;
  readonly logger: Logger;
  readonly journal: Journal;
  /** What it is at this moment: a change of configuration puts another in its place. */
  readonly router: Router;
  readonly observer: EngineObserver;
  readonly tracing: EngineTracing | undefined;
  readonly trailLengthMax: number;
  readonly roomWatch: RoomWatch;
  readonly echoes: Echoes;
  /** The journal is lost: ends everything. Repeating it has no effect. */
  readonly fatal: (error: Error) => void;
}

/** Tells the observer of a dead letter that is durable. */
export function tellOfLetter(scope: EngineScope, letter: NewDeadLetter): void {
  scope.observer.deadLettered?.(letter);
}
