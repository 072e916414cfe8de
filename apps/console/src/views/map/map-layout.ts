/** Where everything is on the map: from left to right, as few crossings as dagre finds. */
import { Graph, layout } from '@dagrejs/dagre';
import type { MapGraph, MapNode } from './map-graph.ts';

/** A place, in pixels from the upper left corner. */
export interface Spot {
  readonly x: number;
  readonly y: number;
}

/** How large the boxes are, pixels: all of one role are alike, whatever is in them. */
export const BOX: Readonly<
  Record<MapNode['role'], { readonly width: number; readonly height: number }>
> = {
  source: { width: 190, height: 68 },
  route: { width: 250, height: 52 },
  sink: { width: 190, height: 68 },
};

/** Room for the rate on an edge, pixels. */
const RANK_GAP = 130;

const BOX_GAP = 22;

/** What the places depend on: who is there, and who is connected. Rates do not move anything. */
export function shapeOf({ nodes, edges }: MapGraph): string {
  return JSON.stringify([nodes.map(({ id }) => id), edges.map(({ id }) => id)]);
}

/** A place for each box, by its id. */
export function placesOf({ nodes, edges }: MapGraph): ReadonlyMap<string, Spot> {
  const graph = new Graph();
  graph.setGraph({ rankdir: 'LR', ranksep: RANK_GAP, nodesep: BOX_GAP, marginx: 8, marginy: 8 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id, role } of nodes) graph.setNode(id, { ...BOX[role] });
  for (const { from, to } of edges) graph.setEdge(from, to);
  layout(graph);
  const placed = nodes.map(({ id, role }) => {
    const { x = 0, y = 0 } = graph.node(id) as Partial<Spot>;
    const { width, height } = BOX[role];
    return { id, role, x: x - width / 2, y: y - height / 2 };
  });
  return new Map(inColumns(placed).map(({ id, x, y }) => [id, { x, y }]));
}

interface Placed extends Spot {
  readonly id: string;
  readonly role: MapNode['role'];
}

/** One column for each role, also for who is connected to nobody. */
function inColumns(placed: readonly Placed[]): readonly Placed[] {
  const left = { source: 8, route: 0, sink: 0 };
  left.route = left.source + BOX.source.width + RANK_GAP;
  left.sink = left.route + BOX.route.width + RANK_GAP;
  const bottom = { source: 0, route: 0, sink: 0 };
  // Who shares a place after that moves down, in the order that dagre gave.
  return placed
    .toSorted((a, b) => a.y - b.y)
    .map((one) => {
      const y = Math.max(one.y, bottom[one.role]);
      bottom[one.role] = y + BOX[one.role].height + BOX_GAP;
      return { ...one, x: left[one.role], y };
    });
}
