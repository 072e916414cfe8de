import type { Verdict } from './judge.ts';

/** A verdict for people: a line for each sink, then what is wrong. */
export function verdictText({ sinks, violations, disruptions }: Verdict): string {
  const lines = Object.entries(sinks).map(([sink, figures]) => {
    const { obligations, arrived, lost, strangers, duplicates, duplicatesBound } = figures;
    const rest = [
      ['altered', figures.altered],
      ['reordered', figures.reordered],
      ['dead letters', figures.buried],
      ['unconfirmed and missing', figures.unconfirmed],
    ] as const;
    return [
      `${sink}: ${obligations} obligations, ${arrived} arrived, ${lost} lost`,
      `${strangers} strangers`,
      `${duplicates} duplicates of at most ${duplicatesBound}`,
      ...rest.filter(([, count]) => count > 0).map(([what, count]) => `${count} ${what}`),
    ].join(', ');
  });
  const wrong = violations.map(({ kind, sink, id, text }) =>
    ['  ', `${kind}:`, sink, id, text].filter((part) => part !== '').join(' '),
  );
  const end = wrong.length === 0 ? 'the promise was kept' : 'the promise was BROKEN:';
  return [...lines, `${disruptions} disruptions; ${end}`, ...wrong].join('\n');
}
