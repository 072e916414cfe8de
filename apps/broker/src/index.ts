/** The broker as a library: for tools and tests; people use the `viaduct` command. */
export { type Admin, type AdminOptions, startAdmin } from './admin/admin.ts';
export { describeMetrics, type MetricDescription } from './admin/metrics/metrics.ts';
export { ADAPTERS, type AdapterEntry } from './adapters.ts';
export { assembleEngine, type BrokerOptions } from './running/assembly.ts';
export type {
  BrokerSection,
  Configuration,
  ConfiguredSink,
  ConfiguredSource,
} from './config/configuration.ts';
export { loadConfiguration, readConfiguration } from './config/load-configuration.ts';
export { formatProblem, type Problem } from './config/problem.ts';
export { BROKER_FIELDS, ROUTE_FIELDS, SINK_FIELDS, SOURCE_FIELDS } from './config/sections.ts';
export { typeName } from './command/adapters.ts';
export { BROKER_ERRORS, BrokerError, type BrokerErrorCode } from './errors.ts';
export { observers } from './running/observers.ts';
export { liveOperations } from './operations/live-operations.ts';
export {
  createRunningBroker,
  type OwnedBroker,
  type RunningBroker,
} from './running/running-broker.ts';
export { EXIT, type ExitCode } from './exit-code.ts';
export { systemClock } from './system-clock.ts';
