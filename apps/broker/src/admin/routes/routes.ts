/** All routes of the admin API. */
import type { FastifyInstance } from 'fastify';
import type { Door } from '../access.ts';
import type { AdminContext } from '../context.ts';
import { backupRoutes } from './backup-routes.ts';
import { configurationRoutes } from './configuration-routes.ts';
import { consoleRoute } from './console-route.ts';
import { eventRoutes } from './event-routes.ts';
import { healthRoutes } from './health-routes.ts';
import { letterRoutes } from './letter-routes.ts';
import { liveRoute } from './live-route.ts';
import { metricsRoute } from './metrics-route.ts';
import { pauseRoutes } from './pause-routes.ts';
import { replayRoutes } from './replay-routes.ts';
import { retiredSinkRoutes } from './retired-sink-routes.ts';
import { sessionRoutes } from './session-routes.ts';
import { statusRoutes } from './status-routes.ts';
import { translationRoutes } from './translation-routes.ts';
import { workRoutes } from './work-routes.ts';

/** Adds routes to a server. */
export type RegisterRoutes = (app: FastifyInstance, context: AdminContext, door: Door) => void;

/** See the file's comment. */
export const ROUTES: readonly RegisterRoutes[] = [
  healthRoutes,
  metricsRoute,
  sessionRoutes,
  statusRoutes,
  pauseRoutes,
  retiredSinkRoutes,
  eventRoutes,
  liveRoute,
  letterRoutes,
  replayRoutes,
  workRoutes,
  backupRoutes,
  translationRoutes,
  configurationRoutes,
  consoleRoute,
];
