/** A stage for tests of one behaviour: sources and sinks that do as they are told. */
import { createHash } from 'node:crypto';
import {
  SILENT,
  TransportError,
  type Delivery,
  type Outcome,
  type Parcel,
  type Sink,
  type Source,
  type SourceGap,
} from '@viaduct/core';
import { memoryJournal, type MemoryJournal } from '@viaduct/journal/memory';
import { compileRoutes, type Route, type Router } from '@viaduct/routing';
import { fakeClock, seededRandom, type FakeClock } from '@viaduct/testkit';
import {
  createEngine,
  type Engine,
  type EngineOptions,
  type EngineSettings,
  sinkOptions,
  type SinkOptions,
  type SinkStatus,
  sourceOptions,
  type SourceOptions,
  type SourceStatus,
} from '../src/index.ts';
import { noteCodec, type Note, type NoteNative, type SentNote } from './dialect.ts';

/** The broker of all stages. */
export const BROKER_ID = 'b0000000-0000-4000-8000-000000000002';

/** A source that delivers what it is given, and notes what became of it. */
export interface StagedSource extends Source<NoteNative> {
  deliver(...notes: readonly Note[]): void;
  deliverMalformed(text: string): void;
  /** The connection is lost. */
  lose(): void;
  /** Messages are missing. */
  miss(gap: SourceGap): void;
  resyncs: number;
  readonly acked: string[];
  readonly rejected: string[];
  connects: number;
  isOpen: boolean;
}

/** A source under the hand of a test. */
export function stagedSource(): StagedSource {
  let waiting: Delivery<NoteNative>[] = [];
  let wake = (): void => undefined;
  let isLost = false;
  const push = (delivery: Delivery<NoteNative>): void => {
    waiting.push(delivery);
    wake();
  };
  const settlement = (id: string) => ({
    receivedAt: 0,
    ack: () => void source.acked.push(id),
    reject: () => void source.rejected.push(id),
  });
  let tell: (gap: SourceGap) => void = () => undefined;
  const source: StagedSource = {
    onGap: (listener) => {
      tell = listener;
    },
    miss: (gap) => tell(gap),
    resync: () => {
      source.resyncs += 1;
    },
    resyncs: 0,
    acked: [],
    rejected: [],
    connects: 0,
    isOpen: false,
    connect: async () => {
      source.connects += 1;
      source.isOpen = true;
      isLost = false;
    },
    async *deliveries(signal) {
      while (!signal.aborted) {
        if (isLost) throw new TransportError('reconnect', 'VIA_TEST_CUT', 'cut');
        const batch = waiting;
        waiting = [];
        if (batch.length > 0) yield batch;
        else {
          await new Promise<void>((resolve) => {
            wake = resolve;
            signal.addEventListener('abort', () => resolve(), { once: true });
          });
        }
      }
    },
    close: async () => {
      source.isOpen = false;
    },
    deliver: (...notes) => {
      for (const native of notes) push({ native, ...settlement(native.id) });
    },
    deliverMalformed: (text) => {
      const error = { code: 'VIA_TEST_FRAMES', message: 'one frame, not two' } as const;
      const sha256 = createHash('sha256').update(text).digest('hex');
      push({ malformed: { error, text, bytes: text.length, sha256 }, ...settlement(text) });
    },
    lose: () => {
      isLost = true;
      wake();
    },
  };
  return source;
}

/** What a staged sink does with the parcels of one `send`. */
export type Answer = (
  notes: readonly SentNote[],
  signal: AbortSignal,
) => readonly Outcome[] | Promise<readonly Outcome[]>;

/** A sink that answers as it is told, and notes what it was given. */
export interface StagedSink extends Sink<NoteNative> {
  answer: Answer;
  /** Thrown by `connect`, if set. */
  refuseConnect: TransportError | undefined;
  /** `close` never returns, if set. */
  hangsOnClose: boolean;
  readonly sent: SentNote[];
  connects: number;
  isOpen: boolean;
}

/** A sink under the hand of a test; delivers everything unless told otherwise. */
export function stagedSink(): StagedSink {
  const sink: StagedSink = {
    answer: (notes) => notes.map(() => ({ kind: 'delivered' })),
    refuseConnect: undefined,
    hangsOnClose: false,
    sent: [],
    connects: 0,
    isOpen: false,
    connect: async () => {
      if (sink.refuseConnect !== undefined) throw sink.refuseConnect;
      sink.connects += 1;
      sink.isOpen = true;
    },
    send: async (parcels: readonly Parcel<NoteNative>[], signal) => {
      const notes = parcels.map(({ natives }) => natives[0] as SentNote);
      sink.sent.push(...notes);
      return sink.answer(notes, signal);
    },
    close: async () => {
      sink.isOpen = false;
      if (sink.hangsOnClose) await new Promise(() => undefined);
    },
  };
  return sink;
}

/** What a stage is set with; everything else has sensible values. */
export interface StageOptions {
  readonly routes?: readonly Route[];
  readonly source?: Partial<SourceOptions<NoteNative>>;
  readonly sink?: Partial<SinkOptions<NoteNative>>;
  /** A second sink, `other`. */
  readonly other?: Partial<SinkOptions<NoteNative>>;
  readonly engine?: Partial<EngineOptions>;
  readonly journal?: MemoryJournal;
  readonly clock?: FakeClock;
}

/** One source named `in`, one sink named `out`, perhaps one named `other`. */
export interface Stage {
  readonly clock: FakeClock;
  readonly journal: MemoryJournal;
  readonly engine: Engine;
  /** What the engine was made with; see `Engine.apply`. */
  readonly settings: EngineSettings;
  readonly source: StagedSource;
  readonly sink: StagedSink;
  readonly other: StagedSink;
  /** Lets everything happen that happens within a time, 1 ms if not said. */
  settle(ms?: number): Promise<void>;
  sourceStatus(): SourceStatus;
  sinkStatus(name?: string): SinkStatus;
}

/** A staged source as the engine takes it; names of its own in `own`. */
export function stagedSourceOptions(
  name: string,
  source: StagedSource,
  own?: Partial<SourceOptions<NoteNative>>,
): SourceOptions {
  return sourceOptions<NoteNative>({
    name,
    adapter: { codec: noteCodec('note') },
    source,
    capabilities: { redelivery: 'requeue', confirmation: 'peer', ordering: 'per-connection' },
    ...own,
  });
}

/** A staged sink as the engine takes it. */
export function stagedSinkOptions(
  name: string,
  sink: StagedSink,
  own?: Partial<SinkOptions<NoteNative>>,
): SinkOptions {
  return sinkOptions<NoteNative>({
    name,
    adapter: { codec: noteCodec('sent') },
    sink,
    capabilities: {
      confirmation: 'peer',
      ordering: 'per-connection',
      batchMax: 10,
      concurrencyMax: 2,
    },
    ...own,
  });
}

/** Sets a stage; the engine is not started. */
export function setStage(options: StageOptions = {}): Stage {
  const clock = options.clock ?? fakeClock();
  const journal = options.journal ?? memoryJournal({ clock });
  const source = stagedSource();
  const sink = stagedSink();
  const other = stagedSink();
  const settings: EngineSettings = {
    router: routerOf(options.routes ?? [{ name: 'all', to: ['out'] }]),
    sources: [stagedSourceOptions('in', source, options.source)],
    sinks: [
      stagedSinkOptions('out', sink, options.sink),
      ...(options.other === undefined ? [] : [stagedSinkOptions('other', other, options.other)]),
    ],
  };
  const engine = createEngine({
    clock,
    random: seededRandom(1),
    brokerId: BROKER_ID,
    logger: SILENT,
    journal,
    ...settings,
    ...options.engine,
  });
  const only = <T>(found: T | undefined): T => {
    if (found === undefined) throw new Error('there is none');
    return found;
  };
  return {
    clock,
    journal,
    engine,
    settings,
    source,
    sink,
    other,
    settle: (ms = 1) => clock.advance(ms),
    sourceStatus: () => only(engine.status().sources[0]),
    sinkStatus: (name = 'out') => only(engine.status().sinks.find((one) => one.name === name)),
  };
}

/** A router, or a test that fails. */
export function routerOf(routes: readonly Route[]): Router {
  const compiled = compileRoutes(routes);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.error));
  return compiled.value;
}

/** Notes `n0`, `n1`… of one object each, or all of `key`. */
export function notes(count: number, own: Partial<Note> = {}): Note[] {
  return Array.from({ length: count }, (_, seq) => ({
    id: `n${seq}`,
    key: `vm-${seq}`,
    seq,
    ...own,
  }));
}
