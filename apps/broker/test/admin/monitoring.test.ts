import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { alertRules, dashboard, dashboardExpressions, DEPLOY, metricNames } from './monitoring.ts';

const DOCS = join(DEPLOY, '../docs');

const DOCUMENTED = new Set(
  [...readFileSync(join(DOCS, 'metrics.md'), 'utf8').matchAll(/^\| `([a-z0-9_]+)`/gm)].map(
    ([, name]) => name,
  ),
);

/** A histogram is asked for by its buckets. */
function isDocumented(name: string): boolean {
  return DOCUMENTED.has(name) || DOCUMENTED.has(name.replace(/_(?:bucket|sum|count)$/, ''));
}

describe('the alerts', () => {
  it('ask only for metrics that there are', () => {
    for (const { alert, expr } of alertRules()) {
      const names = metricNames(expr);
      expect(names.length > 0 || expr.startsWith('up'), alert).toBe(true);
      expect(
        names.filter((name) => !isDocumented(name)),
        alert,
      ).toEqual([]);
    }
  });

  it('say how bad it is, what happened and what to do, and are all documented', () => {
    const page = readFileSync(join(DOCS, 'monitoring.md'), 'utf8');
    const documented = [...page.matchAll(/^\| `(Viaduct[A-Za-z]+)`/gm)].map(([, name]) => name);
    expect(documented).toEqual(alertRules().map(({ alert }) => alert));
    for (const { alert, labels, annotations } of alertRules()) {
      expect(labels.severity, alert).toMatch(/^(?:warning|critical)$/);
      expect(Object.keys(annotations), alert).toEqual(['summary', 'action']);
    }
  });
});

describe('the dashboard', () => {
  it('asks only for metrics that there are', () => {
    for (const expression of dashboardExpressions()) {
      const names = metricNames(expression);
      expect(names, expression).not.toHaveLength(0);
      expect(
        names.filter((name) => !isDocumented(name)),
        expression,
      ).toEqual([]);
    }
  });

  it('has panels with titles, units and places of their own', () => {
    const { uid, title, schemaVersion, panels } = dashboard();
    expect({ uid, title }).toEqual({ uid: 'viaduct', title: 'Viaduct' });
    expect(schemaVersion).toBeGreaterThanOrEqual(36);
    const places = panels.map(({ gridPos: { x, y } }) => `${String(x)}/${String(y)}`);
    expect(new Set(places).size).toBe(panels.length);
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    for (const { type, description, fieldConfig, gridPos, title: name } of panels) {
      expect(gridPos.x + gridPos.w, name).toBeLessThanOrEqual(24);
      if (type === 'row') continue;
      expect(description, name).toMatch(/\.$/);
      expect(fieldConfig?.defaults.unit, name).toMatch(/^(?:none|cps|s|bytes)$/);
    }
  });
});
