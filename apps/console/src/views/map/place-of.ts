import type { MapNode } from './map-graph.ts';

/** Where a source or sink is opened; a route is read in the configuration. */
export function placeOf({ role, name }: Pick<MapNode, 'role' | 'name'>): string {
  return role === 'route' ? '/configuration' : `/endpoints/${role}/${encodeURIComponent(name)}`;
}
