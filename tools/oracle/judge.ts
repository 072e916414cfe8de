import type { HistoryRecord, Issued, SinkTerms } from './history.ts';

/** What can be wrong with a history. */
export type ViolationKind =
  /** Acknowledged, and never arrived. */
  | 'lost'
  /** Arrived where it is not owed, or was never issued. */
  | 'stranger'
  /** Arrived with another content. */
  | 'altered'
  /** First arrived after a later event of its key. */
  | 'reordered'
  /** More duplicates than the disruptions allow. */
  | 'duplicated'
  /** More dead letters than the terms allow. */
  | 'buried'
  /** The history cannot show what it is for: nothing owed, nothing fresh, a sink without terms. */
  | 'empty';

/** One thing that is wrong. */
export interface Violation {
  readonly kind: ViolationKind;
  readonly sink: string;
  /** The event, where it is about one. */
  readonly id: string;
  readonly text: string;
}

/** What was counted at one sink. */
export interface SinkFigures {
  /** Acknowledged events that this sink is owed. */
  readonly obligations: number;
  readonly arrived: number;
  readonly lost: number;
  /** Acknowledged and not there, where nobody confirms: outside the promise. */
  readonly unconfirmed: number;
  readonly strangers: number;
  readonly altered: number;
  readonly reordered: number;
  readonly duplicates: number;
  /** Disruptions times what each may cost. */
  readonly duplicatesBound: number;
  readonly buried: number;
  /** Of the obligations, those issued after the last fault. */
  readonly fresh: number;
}

/** The judgement of one history. */
export interface Verdict {
  readonly sinks: Readonly<Record<string, SinkFigures>>;
  readonly total: SinkFigures;
  readonly disruptions: number;
  /** Empty when the promise was kept. At most {@link EXAMPLES_MAX} of one kind and sink. */
  readonly violations: readonly Violation[];
}

/** Violations of one kind and sink that a verdict lists; the figures count them all. */
export const EXAMPLES_MAX = 10;

type Mutable<T> = { -readonly [Name in keyof T]: T[Name] };

/** One event as far as it has been followed. */
interface Followed {
  readonly issued: Issued;
  /** Its place among all that was issued. */
  readonly order: number;
  isAcknowledged: boolean;
  readonly seenAt: Set<string>;
  readonly buriedAt: Set<string>;
}

/**
 * Judges what an outside observer saw: every obligation met, no stranger, equal content, order of
 * each key, duplicates within the bound, and fresh events delivered after the last fault.
 */
export function judge(history: Iterable<HistoryRecord>): Verdict {
  const hearing = new Hearing();
  for (const record of history) hearing.take(record);
  return hearing.close();
}

class Hearing {
  readonly #events = new Map<string, Followed>();
  readonly #figures = new Map<string, Mutable<SinkFigures>>();
  readonly #violations: Violation[] = [];
  readonly #examples = new Map<string, number>();
  /** Of each sink and key: the latest that has arrived. */
  readonly #latest = new Map<string, number>();
  readonly #disrupted = new Map<string, number>();
  #disruptions = 0;
  #terms: Readonly<Record<string, SinkTerms>> = {};

  take(record: HistoryRecord): void {
    switch (record.record) {
      case 'issued':
        this.#events.set(record.id, follow(record, this.#events.size));
        break;
      case 'acknowledged':
        this.#acknowledge(record.id);
        break;
      case 'arrived':
        this.#arrive(record.sink, record.id, record.content);
        break;
      case 'buried':
        this.#bury(record.sink, record.id);
        break;
      case 'disrupted':
        this.#disruptions += 1;
        for (const sink of record.sinks) {
          this.#disrupted.set(sink, (this.#disrupted.get(sink) ?? 0) + 1);
        }
        break;
      case 'terms':
        this.#terms = record.sinks;
    }
  }

  close(): Verdict {
    for (const event of this.#events.values()) {
      if (event.isAcknowledged) this.#settle(event);
    }
    for (const sink of Object.keys(this.#terms)) this.#of(sink);
    for (const [sink, figures] of this.#figures) this.#weigh(sink, figures);
    const total = emptyFigures();
    for (const figures of this.#figures.values()) add(total, figures);
    return {
      sinks: Object.fromEntries(this.#figures),
      total,
      disruptions: this.#disruptions,
      violations: this.#violations,
    };
  }

  #acknowledge(id: string): void {
    const event = this.#events.get(id);
    if (event === undefined) this.#violate('stranger', '', id, 'was acknowledged and never issued');
    else event.isAcknowledged = true;
  }

  #arrive(sink: string, id: string, content: string): void {
    const figures = this.#of(sink);
    figures.arrived += 1;
    const event = this.#events.get(id);
    const owed = event?.issued.owed[sink];
    if (event === undefined || owed === undefined) {
      figures.strangers += 1;
      const why = event === undefined ? 'was never issued' : 'is not owed to it';
      this.#violate('stranger', sink, id, `arrived and ${why}`);
      return;
    }
    if (content !== owed) {
      figures.altered += 1;
      this.#violate('altered', sink, id, 'arrived with another content');
    }
    if (event.seenAt.has(sink)) {
      figures.duplicates += 1;
      return;
    }
    event.seenAt.add(sink);
    this.#keepOrder(sink, event, figures);
  }

  #keepOrder(sink: string, event: Followed, figures: Mutable<SinkFigures>): void {
    if (this.#terms[sink]?.ordered === false) return;
    const lane = `${sink}\n${event.issued.key}`;
    const latest = this.#latest.get(lane) ?? -1;
    if (event.order > latest) {
      this.#latest.set(lane, event.order);
      return;
    }
    figures.reordered += 1;
    const text = `arrived after a later event of ${event.issued.key}`;
    this.#violate('reordered', sink, event.issued.id, text);
  }

  #bury(sink: string, id: string): void {
    this.#of(sink).buried += 1;
    this.#events.get(id)?.buriedAt.add(sink);
  }

  #settle({ issued, seenAt, buriedAt }: Followed): void {
    for (const sink of Object.keys(issued.owed)) {
      const figures = this.#of(sink);
      figures.obligations += 1;
      if (issued.fresh === true) figures.fresh += 1;
      if (seenAt.has(sink) || buriedAt.has(sink)) continue;
      if (this.#terms[sink]?.confirmed === false) {
        figures.unconfirmed += 1;
        continue;
      }
      figures.lost += 1;
      const when = issued.fresh === true ? ', issued after the last fault,' : '';
      this.#violate('lost', sink, issued.id, `was acknowledged${when} and never arrived`);
    }
  }

  #weigh(sink: string, figures: Mutable<SinkFigures>): void {
    const terms = this.#terms[sink];
    if (terms === undefined) {
      this.#violate('empty', sink, '', 'has no terms');
      return;
    }
    figures.duplicatesBound = (this.#disrupted.get(sink) ?? 0) * terms.duplicatesMax;
    if (figures.duplicates > figures.duplicatesBound) {
      const text = `${figures.duplicates} duplicates, ${figures.duplicatesBound} allowed`;
      this.#violate('duplicated', sink, '', text);
    }
    const buriedMax = terms.buriedMax ?? 0;
    if (figures.buried > buriedMax) {
      this.#violate('buried', sink, '', `${figures.buried} dead letters, ${buriedMax} allowed`);
    }
    if (figures.obligations === 0) this.#violate('empty', sink, '', 'was owed nothing');
    else if (figures.fresh === 0) {
      this.#violate('empty', sink, '', 'was owed nothing after the last fault');
    }
  }

  #of(sink: string): Mutable<SinkFigures> {
    let figures = this.#figures.get(sink);
    if (figures === undefined) {
      figures = emptyFigures();
      this.#figures.set(sink, figures);
    }
    return figures;
  }

  #violate(kind: ViolationKind, sink: string, id: string, text: string): void {
    const listed = this.#examples.get(`${kind}\n${sink}`) ?? 0;
    this.#examples.set(`${kind}\n${sink}`, listed + 1);
    if (listed < EXAMPLES_MAX) this.#violations.push({ kind, sink, id, text });
  }
}

function follow(issued: Issued, order: number): Followed {
  return { issued, order, isAcknowledged: false, seenAt: new Set(), buriedAt: new Set() };
}

function emptyFigures(): Mutable<SinkFigures> {
  return {
    obligations: 0,
    arrived: 0,
    lost: 0,
    unconfirmed: 0,
    strangers: 0,
    altered: 0,
    reordered: 0,
    duplicates: 0,
    duplicatesBound: 0,
    buried: 0,
    fresh: 0,
  };
}

function add(total: Mutable<SinkFigures>, figures: SinkFigures): void {
  for (const name of Object.keys(total) as (keyof SinkFigures)[]) total[name] += figures[name];
}
