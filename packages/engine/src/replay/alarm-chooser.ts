/** Finds the events that raised the active alarms, so that they can be sent again. Pure. */
import type { CanonicalEvent } from '@viaduct/core';
import type { StoredEntry } from '@viaduct/journal';
import type { ActiveAlarm } from '../alarms/active-alarms.ts';
import { Candidates } from './candidates.ts';
import type { Chooser } from './chooser.ts';
import { asReplayed } from './copy.ts';
import { SkipTally, type ReplayFigures } from './figures.ts';
import { labelOf } from './replay-planner.ts';

/** What an alarm chooser is told. */
export interface AlarmChooserOptions {
  /** The alarms to tell again. */
  readonly alarms: readonly ActiveAlarm[];
  /** Where it goes today, of the sinks asked for; `undefined` where the routes fail on it. */
  readonly targets: (event: CanonicalEvent, source: string) => readonly string[] | undefined;
}

/** The newest event that raised an alarm, as far as it has to be remembered. */
interface Raising extends Pick<StoredEntry, 'position'> {
  readonly type: string;
  readonly label: string;
  readonly targets: readonly string[] | undefined;
}

/** See the file's comment. */
export class AlarmChooser implements Chooser {
  readonly candidates: Candidates = new Candidates();
  readonly #options: AlarmChooserOptions;
  readonly #skipped = new SkipTally();
  /** By source and key; what was not found yet has no value. */
  readonly #open: Map<string, Raising | undefined>;
  readonly #chosen = new Map<string, number>();
  #isSealed = false;
  #scanned = 0;
  #outdated = 0;

  constructor(options: AlarmChooserOptions) {
    this.#options = options;
    this.#open = new Map(options.alarms.map(({ source, key }) => [nameOf(source, key), undefined]));
  }

  get scanned(): number {
    return this.#scanned;
  }

  get outdated(): number {
    return this.#outdated;
  }

  take({ event, source, position, replay }: StoredEntry): void {
    this.#scanned += 1;
    const { alarm } = event.data;
    if (alarm === undefined || replay !== undefined) return;
    const name = nameOf(source, alarm.key);
    if (!this.#open.has(name)) return;
    if (alarm.state === 'cleared') this.#cleared(name);
    else if (!this.#isSealed) {
      const targets = this.#options.targets(asReplayed(event), source);
      this.#open.set(name, { position, type: event.type, label: labelOf(event), targets });
    }
  }

  /** Everything there was has been shown: what was found is chosen, in order of position. */
  seal(): void {
    this.#isSealed = true;
    const found = [...this.#open]
      .flatMap(([name, raising]) => (raising === undefined ? [] : [{ name, ...raising }]))
      .sort((one, other) => one.position - other.position);
    for (const { name, position, type, label, targets } of found) {
      if (targets === undefined || targets.length === 0) {
        this.#skipped.add(targets === undefined ? 'route-failed' : 'unrouted', label);
      } else {
        this.#chosen.set(name, this.candidates.add(position, type, targets));
      }
    }
    for (const { source, key, subject, since } of this.#options.alarms) {
      if (this.#open.get(nameOf(source, key)) !== undefined) continue;
      this.#skipped.add('nothing-kept', `${subject}, raised at ${since}`);
    }
  }

  figures(warnings: readonly string[]): ReplayFigures {
    return this.candidates.tally().figures(this.#skipped, warnings);
  }

  #cleared(name: string): void {
    if (!this.#isSealed) {
      this.#open.set(name, undefined);
      return;
    }
    const index = this.#chosen.get(name);
    if (index !== undefined && this.candidates.drop(index)) this.#outdated += 1;
  }
}

function nameOf(source: string, key: string): string {
  return `${source}\n${key}`;
}
