import type { HistoryRecord, SinkTerms } from './history.ts';
import { judge, type Verdict } from './judge.ts';

/** What a producer says of an event before it hands it over. */
export interface NewEvent {
  readonly id: string;
  readonly key: string;
  readonly owed: Readonly<Record<string, string>>;
}

/** What producers and collectors write in. */
export interface Notebook {
  /** Before the event is handed over. */
  issue(event: NewEvent): void;
  /** Its first peer has taken it over. */
  acknowledge(id: string): void;
  /** It was read at a real peer. */
  arrive(sink: string, id: string, content: string): void;
}

/** The notebook of one run, every line of it kept for the judge. */
export class Ledger implements Notebook {
  readonly #records: HistoryRecord[] = [];
  readonly #owed = new Map<string, Readonly<Record<string, string>>>();
  readonly #arrived = new Map<string, Set<string>>();
  /** Of each sink: acknowledged and not there yet. */
  readonly #open = new Map<string, Set<string>>();
  #acknowledged = 0;
  #arrivals = 0;
  #isFresh = false;

  /** Every record so far, in order of time. */
  get history(): readonly HistoryRecord[] {
    return this.#records;
  }

  /** Events acknowledged so far. */
  get acknowledged(): number {
    return this.#acknowledged;
  }

  /** Arrivals so far, at all sinks. */
  get arrivals(): number {
    return this.#arrivals;
  }

  /** What holds for the sinks. */
  agree(sinks: Readonly<Record<string, SinkTerms>>): void {
    this.#records.push({ record: 'terms', sinks });
  }

  /** All that is issued from now on comes after the last fault. */
  healed(): void {
    this.#isFresh = true;
  }

  issue({ id, key, owed }: NewEvent): void {
    this.#owed.set(id, owed);
    const fresh = this.#isFresh ? ({ fresh: true } as const) : {};
    this.#records.push({ record: 'issued', id, key, owed, ...fresh });
  }

  acknowledge(id: string): void {
    this.#acknowledged += 1;
    this.#records.push({ record: 'acknowledged', id });
    for (const sink of Object.keys(this.#owed.get(id) ?? {})) {
      if (this.#arrived.get(sink)?.has(id) !== true) setOf(this.#open, sink).add(id);
    }
  }

  arrive(sink: string, id: string, content: string): void {
    this.#arrivals += 1;
    this.#records.push({ record: 'arrived', sink, id, content });
    setOf(this.#arrived, sink).add(id);
    this.#open.get(sink)?.delete(id);
  }

  bury(sink: string, id: string): void {
    this.#records.push({ record: 'buried', sink, id });
    this.#open.get(sink)?.delete(id);
  }

  /** These sinks may send again what they had not settled. */
  disrupt(what: string, sinks: readonly string[]): void {
    this.#records.push({ record: 'disrupted', sinks, what });
  }

  /** Obligations that these sinks have not met yet. */
  open(sinks: readonly string[]): number {
    return sinks.reduce((sum, sink) => sum + (this.#open.get(sink)?.size ?? 0), 0);
  }

  judge(): Verdict {
    return judge(this.#records);
  }
}

function setOf(map: Map<string, Set<string>>, name: string): Set<string> {
  let found = map.get(name);
  if (found === undefined) {
    found = new Set();
    map.set(name, found);
  }
  return found;
}
