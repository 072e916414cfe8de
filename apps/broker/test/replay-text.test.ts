import { describe, expect, it } from 'vitest';
import { planText } from '../src/command/replay-text.ts';

const FIGURES = {
  events: 0,
  deliveries: 0,
  bySink: {},
  byType: {},
  skipped: [{ reason: 'unrouted', count: 1, examples: ['service/a'] }],
  warnings: [],
} as const;

describe('the text of a plan', () => {
  it('advises only what the command that made it can do', () => {
    const range = planText({ id: 'r-1', from: 0, to: 1, scanned: 1, ...FIGURES });
    expect(range).toContain('left out 1: the routes lead to none of the sinks asked for (--force');
    const letters = planText({ letters: 1, ...FIGURES });
    expect(letters).toContain('left out 1: for none of the sinks asked for (with --route');
  });
});
