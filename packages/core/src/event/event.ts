/**
 * The canonical event: a CloudEvents 1.0 event (https://github.com/cloudevents/spec, v1.0.2) whose
 * `data` follows `schema/event-data-1.json`. Attribute names are CloudEvents' own: lower case, no
 * separators; extension attributes are strings. There is no index signature on purpose: a typing
 * slip must not type-check.
 */
import type { JsonValue } from '../json/json.ts';
import type { State } from './states.ts';
import type { Action, AlarmSeverity, EventOutcome, Kind, Phase, Severity } from './vocabulary.ts';

/** `dataschema` of every event written today. Core upcasts older stored ones when they are read. */
export const EVENT_DATA_SCHEMA = 'urn:viaduct:event-data:1';

/** What every canonical type begins with. A CloudEvent of such a type is adopted, not wrapped. */
export const TYPE_PREFIX = 'io.viaduct.';

/** One thing that happened, in the form that every dialect translates to and from. */
export interface CanonicalEvent {
  readonly specversion: '1.0';
  /** One occurrence, always a UUID: the native id where the dialect has one, else UUIDv5. */
  readonly id: string;
  /** `<dialect>://<system>/<publisher…>`, percent-encoded; see {@link ./source-uri.ts}. */
  readonly source: string;
  /** `io.viaduct.<kind>.<action>[.<phase>]`. */
  readonly type: string;
  /** `<kind>/<resource id>`. */
  readonly subject: string;
  /** When it happened, RFC 3339, UTC; `timesource` says by whose clock. */
  readonly time: string;
  readonly datacontenttype: 'application/json';
  readonly dataschema: string;

  /** The dialect it was received in: `opennebula`, `oslo`… */
  readonly origin: string;
  /** The name operators know: `compute.instance.create.end`, a trap OID, a key without its id. */
  readonly nativetype: string;
  /** Ordering key: `<system>/<kind>/<id>`. Events of one key are delivered in order. */
  readonly partitionkey: string;
  /** Ids of the brokers it has passed, oldest first, separated by a blank. Set by the engine. */
  readonly trail?: string;
  /** When this broker received it, RFC 3339, UTC. */
  readonly receivedtime: string;
  /** Where `time` comes from: the native message, or the moment of receipt. */
  readonly timesource: 'native' | 'received';
  /** W3C trace context, where the dialect carries one. */
  readonly traceparent?: string;
  /** `true` on an event that an operator had sent again. */
  readonly replayed?: 'true';

  readonly data: EventData;
}

/** What happened to what, and what is known about it. */
export interface EventData {
  readonly resource: Resource;
  readonly action: Action;
  /** The dialect's word for the action, where `action` is `other` or says less. */
  readonly nativeAction?: string;
  readonly phase?: Phase;
  readonly state?: StateChange;
  readonly outcome?: EventOutcome;
  readonly severity?: Severity;
  /** Text for people. */
  readonly message?: string;
  readonly alarm?: Alarm;
  readonly actor?: Actor;
  readonly correlation?: Correlation;
  readonly attributes?: EventAttributes;
}

/** The thing that an event is about. */
export interface Resource {
  readonly kind: Kind;
  /** The native noun: `VM`, `volume`, `floatingip`. */
  readonly type?: string;
  readonly id: string;
  readonly name?: string;
  /** Its place in an API, where the dialect has one: `/experiments/1234`. */
  readonly path?: string;
  readonly location?: Location;
  /** The physical host it is on. */
  readonly host?: string;
  /** What it belongs to: experiment, deployment, service… */
  readonly parent?: Parent;
}

/** Where a resource is. */
export interface Location {
  readonly site?: string;
  readonly zone?: string;
  readonly region?: string;
}

/** What a resource belongs to. */
export interface Parent {
  readonly kind: Kind;
  readonly type?: string;
  readonly id: string;
  readonly name?: string;
}

/** A state in both forms: canonical, and verbatim as the dialect writes it. */
export interface StateValue {
  readonly value: State;
  readonly native: string;
}

/** The state a resource is in after the event, and before it where that is known. */
export interface StateChange extends StateValue {
  readonly previous?: StateValue;
}

/** Set by the engine's alarm tracker; raise and clear carry the same key. */
export interface Alarm {
  readonly key: string;
  readonly state: 'raised' | 'cleared';
  readonly severity: AlarmSeverity;
  readonly cause?: string;
}

/** Someone by id and name; either may be missing, never both. */
export interface Party {
  readonly id?: string;
  readonly name?: string;
}

/** Who did it, or whose it is. */
export interface Actor {
  readonly user?: Party;
  readonly project?: Party;
  readonly group?: Party;
  readonly domain?: Party;
}

/** What ties this event to others. */
export interface Correlation {
  readonly requestId?: string;
  readonly executionId?: string;
  readonly serviceId?: string;
}

/** One address of a resource. */
export interface Address {
  readonly address: string;
  /** 4 or 6. */
  readonly version?: number;
  readonly mac?: string;
  readonly network?: string;
  readonly type?: 'fixed' | 'floating';
}

/** One parameter of an API call, as the dialect shows it. */
export interface CallParameter {
  readonly direction: 'in' | 'out';
  /** Counted from 1, separately for `in` and `out`. */
  readonly position: number;
  readonly value: string;
}

/** A value for which no fixed name exists yet, by its native path. */
export interface ExtraAttribute {
  readonly name: string;
  readonly value: JsonValue;
}

/** Normalised facts under fixed names, units in the names, times as RFC 3339 in UTC. */
export interface EventAttributes {
  readonly vcpus?: number;
  /** Share of physical processors, in processors: 0.5 is half of one. */
  readonly cpuShare?: number;
  readonly memoryMiB?: number;
  readonly diskGiB?: number;
  readonly ephemeralGiB?: number;
  readonly swapMiB?: number;
  readonly sizeBytes?: number;
  readonly flavor?: string;
  readonly flavorId?: string;
  readonly image?: string;
  readonly imageId?: string;
  readonly architecture?: string;
  readonly osType?: string;
  readonly hypervisor?: string;
  readonly hostname?: string;
  readonly addresses?: readonly Address[];
  readonly createdAt?: string;
  readonly launchedAt?: string;
  readonly terminatedAt?: string;
  readonly deletedAt?: string;
  readonly updatedAt?: string;
  /** The native task in progress, finer than the state: nova's `task_state`. */
  readonly task?: string;
  readonly powerState?: string;
  readonly progressPercent?: number;
  readonly owner?: string;
  readonly visibility?: string;
  readonly format?: string;
  readonly bridge?: string;
  readonly vlanId?: string;
  readonly driver?: string;
  readonly cluster?: string;
  readonly clusterId?: string;
  readonly datastore?: string;
  readonly datastoreId?: string;
  /** Ids of what is attached: volumes of an instance, instances of a volume. */
  readonly attachments?: readonly string[];
  readonly durationSeconds?: number;
  readonly exitCode?: number;
  readonly errorCode?: string;
  readonly errorMessage?: string;
  /** API calls: the method's name, its parameters, the address it came from. */
  readonly call?: string;
  readonly parameters?: readonly CallParameter[];
  readonly clientAddress?: string;
  /** What a dialect says beyond these names and is worth keeping across dialects. */
  readonly extra?: readonly ExtraAttribute[];
}
