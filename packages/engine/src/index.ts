/** Supervises sources, journal, routes and sinks; knows no adapter by name. */
export { listActiveAlarms, type ActiveAlarm, type AlarmRecord } from './active-alarms.ts';
export {
  ALARM_DEFAULTS,
  alarmTracker,
  type AlarmOptions,
  type RaisedAlarm,
} from './alarm-tracker.ts';
export { BROKER_ORIGIN, BROKER_TYPES } from './broker-event.ts';
export type { SinkCounters, SourceCounters } from './counters.ts';
export { createEngine, type Engine, type StopOptions } from './engine.ts';
export { ENGINE_ERRORS, EngineError } from './errors.ts';
export type { EngineObserver } from './observer.ts';
export {
  sinkOptions,
  sourceOptions,
  type EngineAdapter,
  type EngineOptions,
  type RateLimit,
  type SinkOptions,
  type SourceOptions,
} from './options.ts';
export type {
  EngineState,
  EngineStatus,
  LastError,
  RunnerState,
  SinkStatus,
  SourceStatus,
} from './status.ts';
