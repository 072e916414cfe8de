/** Events by the way they take: from which source they are owed to which sink. */
import type { AppendResult, Entry } from '@viaduct/journal';

/** Ways counted; what comes on top is not, and real configurations have a few hundred. */
const FLOWS_MAX = 10_000;

/** One way, and how many events took it since the start. */
export interface Flow {
  readonly source: string;
  readonly sink: string;
  readonly events: number;
}

/** See the file's comment. */
export interface FlowCounts {
  add(source: string, entries: readonly Entry[], results: readonly AppendResult[]): void;
  list(): readonly Flow[];
}

/** Nothing counted yet. */
export function createFlowCounts(): FlowCounts {
  const bySource = new Map<string, Map<string, number>>();
  let size = 0;
  return {
    add: (source, entries, results) => {
      let counts = bySource.get(source);
      if (counts === undefined) bySource.set(source, (counts = new Map<string, number>()));
      for (let index = 0; index < entries.length; index += 1) {
        if (results[index]?.kind !== 'appended') continue;
        for (const sink of entries[index]?.targets ?? []) {
          const count = counts.get(sink);
          if (count === undefined) {
            if (size >= FLOWS_MAX) continue;
            size += 1;
          }
          counts.set(sink, (count ?? 0) + 1);
        }
      }
    },
    list: () =>
      [...bySource].flatMap(([source, counts]) =>
        [...counts].map(([sink, events]) => ({ source, sink, events })),
      ),
  };
}
