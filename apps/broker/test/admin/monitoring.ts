/** What is in `deploy/` to monitor a broker with, as far as tests hold it to account. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';

/** The folder `deploy`. */
export const DEPLOY: string = join(import.meta.dirname, '../../../../deploy');

/** One rule of `prometheus/alerts.yaml`. */
export interface AlertRule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** One panel of `grafana/viaduct.json`. */
export interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number };
  readonly fieldConfig?: { readonly defaults: { readonly unit?: string } };
  readonly targets?: readonly { readonly expr: string; readonly refId: string }[];
}

/** The dashboard. */
export interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly schemaVersion: number;
  readonly panels: readonly Panel[];
  readonly annotations: { readonly list: readonly { readonly expr: string }[] };
}

/** Every rule, in the order of the file. */
export function alertRules(): readonly AlertRule[] {
  const text = readFileSync(join(DEPLOY, 'prometheus/alerts.yaml'), 'utf8');
  const file = load(text) as {
    readonly groups: readonly { readonly rules: readonly AlertRule[] }[];
  };
  return file.groups.flatMap(({ rules }) => rules);
}

/** The dashboard as it is imported. */
export function dashboard(): Dashboard {
  return JSON.parse(readFileSync(join(DEPLOY, 'grafana/viaduct.json'), 'utf8')) as Dashboard;
}

/** Every expression of the dashboard with Grafana's variables filled in. */
export function dashboardExpressions(): readonly string[] {
  const { panels, annotations } = dashboard();
  const targets = panels.flatMap((panel) => panel.targets ?? []);
  return [...targets, ...annotations.list].map(({ expr }) =>
    expr.replaceAll('$instance', '.*').replaceAll(/\$__(?:rate_)?interval/g, '1m'),
  );
}

/** The names of metrics in an expression. */
export function metricNames(expression: string): readonly string[] {
  const bare = expression.replaceAll(/\{[^}]*\}|\[[^\]]*\]/g, '');
  return [...bare.matchAll(/\b(?:viaduct|process|nodejs)_[a-z0-9_]+/g)].map(([name]) => name);
}
