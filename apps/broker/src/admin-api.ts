/**
 * What the admin API answers, as types: for the console and other clients in TypeScript. The
 * routes, with everything they take and refuse, are in the OpenAPI document at `/openapi.json`.
 */
export type { ProblemBody } from './admin/problem-body.ts';
export type {
  BrokerBody,
  CourseBody,
  FlowBody,
  JournalBody,
  RetiredSink,
  SinkBody,
  SourceBody,
  StatusBody,
} from './admin/status-body.ts';
export type { PacePoint, SinkPoint, SourcePoint, StorePoint } from './admin/pace.ts';
export type { ConfigurationBody, CheckedBody } from './admin/routes/configuration-routes.ts';
export type { EventSummary } from './admin/event-summary.ts';
export type { DeliveryBody, EventBody, EventOutput } from './admin/event-outputs.ts';
export type { RouteBody } from './admin/route-status.ts';
export type { RouteTaken } from './admin/routes-taken.ts';
export type { WorkBody } from './admin/long-work.ts';
export type { LetterGroup, LetterGroups } from './admin/letter-groups.ts';
export type { RecentDelivery } from './admin/recent-deliveries.ts';
export type { PlacedAdvice } from './config/advice.ts';
export type { Problem } from './config/problem.ts';
export type { ReloadReport } from './running/reload-report.ts';
export type {
  AlarmList,
  DeadLetterPage,
  DeliveryState,
  DiscardRequest,
  DiscardResult,
  DropRequest,
  DropResult,
  EventDetails,
  EventPage,
  FoundEvent,
  LetterFilter,
  LetterReplayPlan,
  LetterReplayRequest,
  LetterSelection,
  LetterSummary,
  Progress,
  ReplayFigures,
  ReplayPlan,
  ReplayRequest,
  ReplayResult,
  ResendRequest,
  RetiredSinkState,
  Skipped,
  SkipReason,
} from './operations/operations.ts';
export type { Attempt, DeadLetter, NativeRecord } from '@viaduct/journal';
