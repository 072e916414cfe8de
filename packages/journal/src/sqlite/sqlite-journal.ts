/** The embedded journal, main thread: what is owed is known here, what is on disk in the worker. */
import type { Clock } from '@viaduct/core';
import { JournalError } from '../errors.ts';
import { GapBell } from '../gap-bell.ts';
import type {
  AppendResult,
  BackupOptions,
  BackupSummary,
  Checkpoints,
  Damage,
  DeadLetters,
  Entry,
  Gap,
  Journal,
  JournalStats,
  NewGap,
  Position,
  Standing,
  StartFrom,
  StoredEntry,
  SubscribeOptions,
  Subscription,
} from '../journal.ts';
import { AppendGate } from './append-gate.ts';
import { copyFolder } from './backup.ts';
import { appendCommandOf, type PreparedAppend } from './append-command.ts';
import { parseEntry } from './entry-text.ts';
import { Ledger } from './ledger.ts';
import type { Appended, Asks, Opened, SegmentInfo, SubscriptionRow } from './protocol.ts';
import { planRetention, retentionStats, totalBytes } from './retention.ts';
import { SettleLog } from './settle-log.ts';
import type { SqliteJournalLimits } from './sqlite-options.ts';
import { SqliteSubscription } from './sqlite-subscription.ts';
import { sqliteCheckpoints, sqliteDeadLetters } from './state-access.ts';
import { Tail } from './tail.ts';
import { TimeIndex } from './time-index.ts';
import type { WorkerClient } from './worker-client.ts';

/** A sink with more than this waiting is behind: it is fed from the disk. */
const TAIL_BACKLOG_MAX = 4096;

/** Sinks that the error of a full journal names. */
const NAMED_BEHIND_MAX = 5;

/** See {@link Journal}. Made by `openJournal`. */
export class SqliteJournal implements Journal {
  readonly brokerId: string;
  readonly deadLetters: DeadLetters;
  readonly checkpoints: Checkpoints;
  readonly clock: Clock;
  readonly client: WorkerClient;
  readonly tail: Tail;
  readonly times: TimeIndex;
  readonly settleLog: SettleLog;
  readonly parkedMax: number;
  readonly pageBytesMax: number;
  readonly settleDelayMs: number;
  readonly settleRetryMs: number;
  readonly #limits: SqliteJournalLimits;
  readonly #gate: AppendGate;
  readonly #subscriptions = new Map<string, SqliteSubscription>();
  readonly #subscribing = new Map<string, Promise<Subscription>>();
  readonly #gaps: GapBell;
  readonly #damage: readonly Damage[];
  #segments: readonly SegmentInfo[];
  #last: number;
  #duplicates = 0;
  #ended: JournalError | undefined;
  #closing: Promise<void> | undefined;
  #cancelMaintenance: () => void = () => undefined;

  constructor(limits: SqliteJournalLimits, client: WorkerClient, opened: Opened) {
    this.brokerId = opened.brokerId;
    this.clock = limits.clock;
    this.client = client;
    this.parkedMax = limits.parkedMax;
    this.pageBytesMax = limits.pageBytesMax;
    this.settleDelayMs = limits.settleDelayMs;
    this.settleRetryMs = limits.settleRetryMs;
    this.tail = new Tail(limits.tailBytesMax);
    this.times = new TimeIndex(opened.times);
    this.settleLog = new SettleLog(this);
    this.deadLetters = sqliteDeadLetters(this);
    this.checkpoints = sqliteCheckpoints(this);
    this.#limits = limits;
    this.#gate = new AppendGate(limits.appendBytesMax);
    this.#segments = opened.segments;
    this.#last = opened.last;
    this.#gaps = new GapBell(opened.gaps);
    this.#damage = opened.damage;
    for (const row of opened.subscriptions) {
      const ledger = new Ledger(row, limits.spanMax);
      this.#subscriptions.set(row.name, new SqliteSubscription(this, ledger));
    }
    client.listen({
      onSegments: (segments) => {
        this.#segments = segments;
        this.#retain();
      },
      onNewest: (newest) => {
        this.#segments = [...this.#segments.slice(0, -1), newest];
      },
      onFailed: (error) => this.#end(error),
    });
    this.#maintain();
  }

  /** The last position this thread has heard of. */
  get last(): number {
    return this.#last;
  }

  get ended(): JournalError | undefined {
    return this.#ended;
  }

  async append(entries: readonly Entry[]): Promise<readonly AppendResult[]> {
    this.check();
    if (entries.length === 0) return [];
    this.#makeRoom();
    const pass = this.#gate.enter();
    if (pass !== undefined) {
      await pass;
      this.check();
    }
    const prepared = appendCommandOf(entries, this.clock.now());
    this.#gate.add(prepared.bytes);
    return new Promise((resolve, reject) => {
      this.client.send(
        prepared.command,
        (appended) => {
          this.#gate.remove(prepared.bytes);
          resolve(this.#integrate(entries, prepared, appended as Appended));
        },
        (error) => {
          this.#gate.remove(prepared.bytes);
          reject(error);
        },
      );
    });
  }

  async read(after: Position | undefined, max: number): Promise<readonly StoredEntry[]> {
    this.check();
    const bytesMax = this.#limits.pageBytesMax;
    const rows = await this.client.ask('read', { after: after ?? 0, max, bytesMax });
    return rows.map((row) => {
      if ('head' in row) return parseEntry(row);
      const damaged = { first: row.position, last: row.last };
      throw new JournalError('VIA_JOURNAL_DAMAGED', row.damage, { damaged });
    });
  }

  async subscribe(
    name: string,
    from: StartFrom,
    { past = 'named' }: SubscribeOptions = {},
  ): Promise<Subscription> {
    this.check();
    const known = this.#subscriptions.get(name);
    if (known !== undefined) {
      const wasRetired = known.ledger.retired;
      // At once: nobody may drop it while it is being brought back.
      known.ledger.retired = false;
      if (wasRetired) await this.client.ask('retire', { name, retired: false });
      return known;
    }
    const underWay = this.#subscribing.get(name) ?? this.#make({ name, from, past });
    this.#subscribing.set(name, underWay);
    return underWay.finally(() => this.#subscribing.delete(name));
  }

  subscriptions(): Promise<readonly { readonly name: string; readonly retired: boolean }[]> {
    return this.#now(() =>
      [...this.#subscriptions.values()].map(({ name, ledger: { retired } }) => ({ name, retired })),
    );
  }

  async retire(name: string): Promise<void> {
    this.check();
    const { ledger, bell } = this.#subscription(name);
    await this.client.ask('retire', { name, retired: true });
    ledger.retired = true;
    bell.ring();
    this.#retain();
  }

  async drop(name: string): Promise<void> {
    this.check();
    const subscription = this.#subscription(name);
    if (!subscription.ledger.retired) {
      throw new JournalError('VIA_JOURNAL_NOT_RETIRED', `subscription ${name} is in use`);
    }
    // At once: whoever subscribes while it is being dropped is to be given a new one.
    this.#subscriptions.delete(name);
    this.settleLog.forget(subscription.ledger);
    try {
      await this.client.ask('drop', { name });
    } catch (error) {
      if (!this.#subscriptions.has(name)) this.#subscriptions.set(name, subscription);
      throw error;
    }
  }

  standing(position: Position): Promise<ReadonlyMap<string, Standing>> {
    return this.#now(
      () =>
        new Map(
          [...this.#subscriptions].map(([name, { ledger }]) => [name, ledger.standing(position)]),
        ),
    );
  }

  onGap(after: number, listener: (gap: Gap) => void): () => void {
    return this.#gaps.listen(after, listener);
  }

  stats(): Promise<JournalStats> {
    return this.#now(() => {
      this.#retain();
      return {
        ...retentionStats(this.#segments),
        duplicates: this.#duplicates,
        subscriptions: Object.fromEntries(
          [...this.#subscriptions].map(([name, one]) => [name, one.lag()]),
        ),
        gaps: this.#gaps.gaps,
        damage: this.#damage,
      };
    });
  }

  async backup(folder: string, options?: BackupOptions): Promise<BackupSummary> {
    this.check();
    return copyFolder(this.#limits.folder, folder, options);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /** Throws if the journal is closed or failed. */
  check(): void {
    if (this.#ended !== undefined) throw this.#ended;
  }

  isCurrent(subscription: SqliteSubscription): boolean {
    return this.#subscriptions.get(subscription.name) === subscription;
  }

  async #close(): Promise<void> {
    this.#cancelMaintenance();
    if (this.#ended === undefined) {
      await this.#gate.drain();
      this.#end(new JournalError('VIA_JOURNAL_CLOSED', 'the journal is closed'));
      await this.settleLog.flush().catch(() => undefined);
    }
    await this.client.close();
  }

  async #now<T>(look: () => T): Promise<T> {
    this.check();
    return Promise.resolve(look());
  }

  #subscription(name: string): SqliteSubscription {
    const found = this.#subscriptions.get(name);
    if (found !== undefined) return found;
    throw new JournalError('VIA_JOURNAL_UNKNOWN_SUBSCRIPTION', `no subscription is named ${name}`);
  }

  #make(request: Asks['subscribe'][0]): Promise<Subscription> {
    return new Promise((resolve, reject) => {
      this.client.send(
        (id) => ({ kind: 'ask', id, what: 'subscribe', request }),
        (row) => {
          // In the order of answers: what is appended from here on comes by #integrate.
          const ledger = new Ledger(row as SubscriptionRow, this.#limits.spanMax);
          const made = new SqliteSubscription(this, ledger);
          this.#subscriptions.set(made.name, made);
          resolve(made);
        },
        reject,
      );
    });
  }

  /** What was appended becomes owed. Runs in the order in which the worker committed. */
  #integrate(entries: readonly Entry[], prepared: PreparedAppend, done: Appended): AppendResult[] {
    const duplicates = new Set(done.duplicates);
    const woken = new Set<SqliteSubscription>();
    this.#duplicates += duplicates.size;
    let position = done.first;
    const results = entries.map((entry, index): AppendResult => {
      if (duplicates.has(index)) return { kind: 'duplicate' };
      const stored = { ...entry, position: position as Position, appendedAt: prepared.at };
      let users = 0;
      for (const target of entry.targets) {
        const subscription = this.#subscriptions.get(target);
        if (subscription === undefined) continue;
        // One that is behind will come to this when the tail has long forgotten it.
        if (subscription.ledger.waiting < TAIL_BACKLOG_MAX) users += 1;
        subscription.ledger.owe(position);
        woken.add(subscription);
      }
      if (users > 0) this.tail.add(stored, prepared.weights[index] ?? 0, users);
      position += 1;
      return { kind: 'appended', position: stored.position };
    });
    if (position > done.first) this.times.add(done.first, prepared.at);
    this.#last = Math.max(this.#last, position - 1);
    for (const { bell } of woken) bell.ring();
    return results;
  }

  #makeRoom(): void {
    if (totalBytes(this.#segments) < this.#limits.retentionBytes) return;
    if (!this.#retain()) return;
    const behind = [...this.#subscriptions.values()]
      .map(({ name, ledger }) => ({ name, pending: ledger.retired ? 0 : ledger.pending }))
      .filter(({ pending }) => pending > 0)
      .sort((one, other) => other.pending - one.pending)
      .slice(0, NAMED_BEHIND_MAX)
      .map(({ name, pending }) => `${name} (${pending} events)`);
    throw new JournalError(
      'VIA_JOURNAL_FULL',
      `the journal holds ${totalBytes(this.#segments)} bytes of at most ` +
        `${this.#limits.retentionBytes}, still owed to: ${behind.join(', ')}`,
    );
  }

  /** Throws away what retention says; returns whether the journal is full all the same. */
  #retain(): boolean {
    const live = [...this.#subscriptions.values()].filter(({ ledger }) => !ledger.retired);
    const now = this.clock.now();
    const plan = planRetention(this.#segments, this.#limits, now, ({ first, last }) =>
      live.some(({ ledger }) => ledger.isOwedWithin(first, last)),
    );
    const going = new Set([...plan.free, ...plan.owed]);
    if (going.size === 0) return plan.isFull;
    const gaps: NewGap[] = [];
    for (const { first, last } of going) {
      for (const { name, ledger } of this.#subscriptions.values()) {
        // A retired one holds nothing back, and is told what it lost by that.
        const entries = ledger.forget(first, last);
        if (entries === 0) continue;
        const range = { first: first as Position, last: last as Position };
        gaps.push({ subscription: name, ...range, entries, at: now, reason: 'dropped' });
      }
    }
    this.#segments = this.#segments.filter((segment) => !going.has(segment));
    const firsts = [...going].map(({ first }) => first);
    this.#unlink(firsts, gaps);
    return plan.isFull;
  }

  /** What found no room on the disk is tried again; any other failure closes the journal. */
  #unlink(firsts: readonly number[], gaps: readonly NewGap[]): void {
    this.client.ask('unlink', { firsts, gaps }).then(
      (recorded) => this.#gaps.add(recorded),
      () => {
        if (this.#ended !== undefined) return;
        this.clock.after(this.settleRetryMs, () => this.#unlink(firsts, gaps));
      },
    );
  }

  #maintain(): void {
    this.#cancelMaintenance = this.clock.after(this.#limits.maintenanceMs, () => {
      if (this.#ended !== undefined) return;
      this.client.ask('roll', { now: this.clock.now() }).catch(() => undefined);
      this.#retain();
      this.#maintain();
    });
  }

  #end(reason: JournalError): void {
    if (this.#ended !== undefined) return;
    this.#ended = reason;
    this.#cancelMaintenance();
    this.#gate.open();
    for (const { bell } of this.#subscriptions.values()) bell.ring();
  }
}
