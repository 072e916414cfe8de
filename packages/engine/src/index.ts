/** Supervises sources, journal, routes and sinks; knows no adapter by name. */
export { listActiveAlarms, type ActiveAlarm, type AlarmRecord } from './alarms/active-alarms.ts';
export {
  ALARM_DEFAULTS,
  alarmTracker,
  type AlarmOptions,
  type RaisedAlarm,
} from './alarms/alarm-tracker.ts';
export { BROKER_ORIGIN, BROKER_TYPES } from './broker-event.ts';
export type { SinkCounters, SourceCounters } from './counters.ts';
export type { AppliedSettings } from './crew/crew.ts';
export { createEngine, type Engine, type Role, type StopOptions } from './engine.ts';
export { ENGINE_ERRORS, EngineError } from './errors.ts';
export type { EngineObserver } from './observer.ts';
export type { AttemptFailure, EngineTracing } from './tracing.ts';
export { readPage, type JournalPage } from './journal-page.ts';
export { TRAIL_LENGTH_MAX } from './limits.ts';
export {
  sinkOptions,
  sourceOptions,
  type EngineAdapter,
  type EngineOptions,
  type RateLimit,
  type SinkOptions,
  type SourceOptions,
} from './options.ts';
export type { PastCounters } from './crew/past-counters.ts';
export { AlarmChooser, type AlarmChooserOptions } from './replay/alarm-chooser.ts';
export type { Chooser } from './replay/chooser.ts';
export type {
  Progress,
  ReplayFigures,
  ReplayResult,
  Skipped,
  SkipReason,
  Writing,
} from './replay/figures.ts';
export type { LetterSource, LetterSurroundings } from './replay/letter-resolver.ts';
export {
  replayLetters,
  type LetterReplayOptions,
  type LetterReplayPlan,
} from './replay/replay-letters.ts';
export { replayIdOf, type ReplaySubject } from './replay/replay-id.ts';
export { ReplayPlanner, type PlannerOptions } from './replay/replay-planner.ts';
export { runReplay, type ChosenEvents, type ReplayOptions } from './replay/run-replay.ts';
export type { ReplayRecord } from './replay/scan.ts';
export type { VariantsOf } from './replay/shapes.ts';
export type { RosterChanges } from './crew/roster.ts';
export type { EngineSettings } from './settings.ts';
export { inShapeFor } from './sink/shape.ts';
export type {
  EngineState,
  EngineStatus,
  LastError,
  RunnerState,
  SinkStatus,
  SourceStatus,
} from './status.ts';
