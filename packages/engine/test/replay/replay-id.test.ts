import { describe, expect, it } from 'vitest';
import { replayIdOf } from '../../src/index.ts';

describe('the id of a replay', () => {
  it('is the same for the same request, in whatever order it is written', () => {
    const one = { sinks: ['nms', 'bus'], match: { kind: 'compute', state: ['failed', 'down'] } };
    const other = { sinks: ['bus', 'nms'], match: { state: ['failed', 'down'], kind: 'compute' } };
    expect(replayIdOf(one)).toBe(replayIdOf(other));
    expect(replayIdOf(one)).toMatch(/^r-[0-9a-f]{12}$/);
  });

  it('is another for other sinks, sources, conditions or by force', () => {
    const requests = [
      {},
      { sinks: ['nms'] },
      { sources: ['nms'] },
      { sinks: ['nms'], force: true },
      { match: { kind: 'compute' } },
      { match: { kind: ['compute'] } },
      { sinks: [] },
    ];
    expect(new Set(requests.map(replayIdOf)).size).toBe(requests.length);
  });
});
