import { describe, expect, it } from 'vitest';
import { matchArgument } from '../src/command/match-argument.ts';
import { shown, table } from '../src/command/table.ts';
import { timeArgument } from '../src/command/time-argument.ts';

const NOW = Date.UTC(2026, 5, 15, 12, 30);

describe('a time on the command line', () => {
  it.each([
    ['2026-01-31T12:00:00Z', Date.UTC(2026, 0, 31, 12)],
    ['2026-01-31T12:00:00+02:00', Date.UTC(2026, 0, 31, 10)],
    ['90s', NOW - 90_000],
    ['2h', NOW - 7_200_000],
    ['1.5h ago', NOW - 5_400_000],
    ['3d', NOW - 3 * 86_400_000],
    ['now', NOW],
    ['2026-01-31', new Date(2026, 0, 31).getTime()],
    ['today', new Date(2026, 5, new Date(NOW).getDate()).getTime()],
  ])('is understood: %s', (text, time) => {
    expect(timeArgument('--from', text, NOW)).toBe(time);
  });

  it('can be yesterday, which began before today did', () => {
    const [today, yesterday] = [timeArgument('', 'today', NOW), timeArgument('', 'yesterday', NOW)];
    expect(today - yesterday).toBeGreaterThanOrEqual(23 * 3_600_000);
    expect(today - yesterday).toBeLessThanOrEqual(25 * 3_600_000);
  });

  it.each(['', 'noon', '2 hours', '12:00', '1767225600', '2026-13-01', '-2h'])(
    'is refused with an example: %j',
    (text) => {
      expect(() => timeArgument('--from', text, NOW)).toThrow(/--from .* is no time\. Write it/);
    },
  );
});

describe('conditions on the command line', () => {
  it('are those of a route', () => {
    expect(matchArgument([])).toBeUndefined();
    expect(
      matchArgument(['kind=compute', 'state=failed,down', 'name!=test-*', 'attributes.vcpus=4']),
    ).toEqual({
      kind: 'compute',
      state: ['failed', 'down'],
      name: { not: 'test-*' },
      'attributes.vcpus': 4,
    });
    // What looks like a number is text where the field holds text; "=" is only special once.
    expect(matchArgument(['data.resource.id=42', 'message=a=b'])).toEqual({
      'data.resource.id': '42',
      message: 'a=b',
    });
  });

  it.each(['', 'compute', '=compute', 'kind:compute'])('are refused: %j', (text) => {
    expect(() => matchArgument([text])).toThrow(/is no condition\. Write it like kind=compute/);
  });
});

describe('a table', () => {
  it('lets no text of a stranger steer the terminal, or fill it', () => {
    expect(shown('a\x1b[31mb\nc\u202ed')).toBe('a�[31mb�c�d');
    expect(shown('x'.repeat(100))).toBe(`${'x'.repeat(59)}…`);
    expect(table(['ID', 'NAME'], [['1', 'a\tb']])).toBe('ID  NAME\n1   a�b\n');
  });
});
