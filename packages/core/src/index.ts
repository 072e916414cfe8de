/**
 * The canonical event and the contracts of Viaduct: what adapters implement and the engine relies
 * on. Imports nothing outside itself.
 */

// What an adapter is made of.
export type {
  Adapter,
  AdapterContext,
  AdapterMemory,
  Advice,
  AnySinkKind,
  AnySourceKind,
  SinkKind,
  SinkPart,
  SinkParts,
  SinkVariant,
  SourceKind,
  Stability,
} from './adapter.ts';
export {
  ADAPTER_MEMORY_LENGTH_MAX,
  defineAdapter,
  defineSink,
  defineSource,
  sinkCapabilities,
} from './adapter.ts';
export type { Codec, DecodeContext, Decoded, EncodeContext, Encoded, Redacted } from './codec.ts';
export {
  MALFORMED_TEXT_MAX,
  type Delivery,
  type GapReason,
  type Malformed,
  type MalformedDelivery,
  type NativeDelivery,
  type Settlement,
  type Source,
  type SourceCapabilities,
  type SourceGap,
} from './source.ts';
export {
  DELIVERED,
  SENT,
  type Outcome,
  type Parcel,
  type Sink,
  type SinkCapabilities,
} from './sink.ts';
export type { Dropped, Notice, Observed, Step, Tracker } from './tracker.ts';
export type {
  AnyConfigSchema,
  ConfigField,
  ConfigFieldCommon,
  ConfigSchema,
} from './config-schema.ts';
export type { Invention, Loss, LossReason, Redaction } from './loss.ts';
export {
  CORE_ERRORS,
  TransportError,
  type CodecError,
  type ErrorCode,
  type TransportErrorKind,
  type TransportErrorOptions,
} from './errors.ts';
export { fail, ok, type Result } from './result.ts';

// The canonical event, in `event/`.
export {
  EVENT_DATA_SCHEMA,
  TYPE_PREFIX,
  type Actor,
  type Address,
  type Alarm,
  type CallParameter,
  type CanonicalEvent,
  type Correlation,
  type EventAttributes,
  type EventData,
  type ExtraAttribute,
  type Location,
  type Parent,
  type Party,
  type Resource,
  type StateChange,
  type StateValue,
} from './event/event.ts';
export {
  ACTIONS,
  ALARM_SEVERITIES,
  KINDS,
  OUTCOMES,
  PHASES,
  SEVERITIES,
  type Action,
  type AlarmSeverity,
  type EventOutcome,
  type Kind,
  type Phase,
  type Severity,
} from './event/vocabulary.ts';
export { isStateOf, STATES, type State, type StateOf } from './event/states.ts';
export { hasFailed, workflowStageOf, type WorkflowStage } from './event/workflow-stage.ts';
export { composeEvent, eventType, type EventParts } from './event/compose-event.ts';
export { occurrenceId } from './event/event-id.ts';
export { fingerprint } from './event/fingerprint.ts';
export { encodeSegment, parseSourceUri, sourceUri } from './event/source-uri.ts';
export {
  formatTraceparent,
  parseTraceparent,
  readTraceparent,
  type Traceparent,
} from './event/trace-context.ts';
export { isTrail, trailThrough } from './event/trail.ts';
export { unknownAttributeLosses } from './event/unknown-attributes.ts';
export { readEvent } from './event/read-event.ts';

// What an adapter is run with.
export { delay, type Clock } from './clock.ts';
export { SILENT, type LogFields, type Logger } from './logger.ts';
export { backoffMs, DEFAULT_BACKOFF, type Backoff } from './backoff.ts';
export {
  supervise,
  type Connectable,
  type ConnectionState,
  type SuperviseOptions,
} from './supervise.ts';

// Texts and bytes, for codecs that run in a browser too.
export { isJsonObject, type JsonObject, type JsonValue } from './json/json.ts';
export { elementSpans, isNestedDeeper, memberSpans, type Span } from './json/json-span.ts';
export {
  MASK,
  plainName,
  redactJsonBytes,
  redactJsonText,
  SECRET_NAME_LENGTH_MAX,
  type FoundSecret,
  type RedactedBody,
  type SecretNames,
} from './json/redact-json.ts';
export { pythonJson, pythonString } from './json/python-json.ts';
export { parsePythonJson } from './json/parse-python-json.ts';
export { fromBase64, toBase64 } from './base64.ts';
export { latin1Bytes, latin1Text } from './latin1.ts';
export { isUuid, uuidFromName } from './uuid.ts';
