/** What the routes of the admin API work with. */
import type { Clock, Logger } from '@viaduct/core';
import type { AdapterEntry } from '../adapters.ts';
import type { AdminSection } from '../config/read-admin.ts';
import type { Operations } from '../operations/operations.ts';
import type { RunningBroker } from '../running/running-broker.ts';
import type { AuditLog } from './audit-log.ts';
import type { FlowCounts } from './flow-counts.ts';
import type { LatencyBook } from './latencies.ts';
import type { LiveTail } from './live-tail.ts';
import type { LongWork } from './long-work.ts';
import type { Exposition } from './metrics/metrics.ts';
import type { Pace } from './pace.ts';
import type { PasswordBook, TokenBook } from './principal.ts';
import type { RecentDeliveries } from './recent-deliveries.ts';
import { Refusal } from './refusal.ts';
import type { RouteFailures } from './route-failures.ts';
import type { Sessions } from './sessions.ts';

/** A broker that runs, and what can be asked of its data. */
export interface ServedBroker {
  readonly broker: RunningBroker;
  readonly operations: Operations;
}

/** See the file's comment. */
export interface AdminContext {
  readonly name: string;
  readonly version: string;
  /** When this process started, milliseconds since the epoch. */
  readonly startedAt: number;
  readonly settings: AdminSection;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly adapters: readonly AdapterEntry[];
  readonly clock: Clock;
  readonly logger: Logger;
  readonly tokens: TokenBook;
  readonly passwords: PasswordBook;
  readonly sessions: Sessions;
  readonly audit: AuditLog;
  readonly live: LiveTail;
  readonly work: LongWork;
  readonly pace: Pace;
  readonly flows: FlowCounts;
  readonly routeFailures: RouteFailures;
  readonly latencies: LatencyBook;
  readonly deliveries: RecentDeliveries;
  readonly exposition: Exposition;
  /** Aborted when the API is closed: what streams ends. */
  readonly closing: AbortSignal;
  /** `undefined` while the broker starts or stops. */
  served(): ServedBroker | undefined;
}

/** The broker and its data; refuses the request where it does not run. */
export function served(context: AdminContext): ServedBroker {
  const running = context.served();
  if (running !== undefined) return running;
  const message = 'the broker is starting or stopping: ask again in a moment';
  throw new Refusal(503, 'VIA_ADMIN_NOT_RUNNING', message);
}

/** What can be asked of the data; refuses the request where no broker runs. */
export function operationsOf(context: AdminContext): Operations {
  return served(context).operations;
}
