/** The map as a diagram. Boxes keep their places while their figures change. */
import '@xyflow/react/dist/base.css';
import './map.css';
import { useComputedColorScheme } from '@mantine/core';
import { Controls, type Edge, MarkerType, type Node, Position, ReactFlow } from '@xyflow/react';
import { useMemo } from 'react';
import { MapBox } from './map-box.tsx';
import type { MapEdge, MapGraph, MapNode } from './map-graph.ts';
import { BOX, placesOf, shapeOf, type Spot } from './map-layout.ts';
import { PaceEdge } from './pace-edge.tsx';

/** A box with what it shows. */
export type BoxNode = Node<{ readonly node: MapNode }, 'box'>;

/** An edge with what it shows. */
export type PacedEdge = Edge<{ readonly edge: MapEdge; readonly waiting: number }, 'pace'>;

const BOX_KINDS = { box: MapBox };
const EDGE_KINDS = { pace: PaceEdge };
/** Beside the boxes there is room for the buttons in the corner, which would cover one. */
const FIT = { padding: { x: '56px', y: '16px' }, maxZoom: 1.1 } as const;

/** Pixels of the diagram: as high as its boxes, within reason. */
const HEIGHT_MIN = 320;
const HEIGHT_MAX = 760;

/** See the file's comment. */
export function MapDiagram({ graph }: { readonly graph: MapGraph }) {
  const scheme = useComputedColorScheme('light');
  const shape = shapeOf(graph);
  // The rates in the graph change every second; only its shape may move a box.
  const places = useMemo(() => placesOf(graph), [shape]);
  const bottom = Math.max(0, ...[...places.values()].map(({ y }) => y + BOX.source.height));
  const height = Math.min(HEIGHT_MAX, Math.max(HEIGHT_MIN, bottom + 48));
  return (
    <section className="map" style={{ height }} aria-label="Diagram of sources, routes and sinks">
      <ReactFlow
        key={shape}
        nodes={graph.nodes.map((node) => boxOf(node, places))}
        edges={graph.edges.map((edge) => pacedOf(edge, graph))}
        nodeTypes={BOX_KINDS}
        edgeTypes={EDGE_KINDS}
        colorMode={scheme}
        fitView
        fitViewOptions={FIT}
        minZoom={0.2}
        maxZoom={2}
        nodesDraggable={false}
        nodesConnectable={false}
        nodesFocusable={false}
        edgesFocusable={false}
        elementsSelectable={false}
        preventScrolling={false}
        zoomOnScroll={false}
        ariaLabelConfig={ARIA_LABELS}
      >
        <Controls showInteractive={false} fitViewOptions={FIT} />
      </ReactFlow>
    </section>
  );
}

const ARIA_LABELS = {
  'controls.ariaLabel': 'Size of the diagram',
  'controls.zoomIn.ariaLabel': 'Larger',
  'controls.zoomOut.ariaLabel': 'Smaller',
  'controls.fitView.ariaLabel': 'Show all of it',
};

function boxOf(node: MapNode, places: ReadonlyMap<string, Spot>): BoxNode {
  const { width, height } = BOX[node.role];
  const y = height / 2;
  const handle = { y, width: 1, height: 1 };
  return {
    id: node.id,
    type: 'box',
    position: places.get(node.id) ?? { x: 0, y: 0 },
    data: { node },
    width,
    height,
    // Known beforehand: nothing is measured, so nothing flickers when figures come.
    measured: { width, height },
    handles: [
      { ...handle, type: 'target', position: Position.Left, x: 0 },
      { ...handle, type: 'source', position: Position.Right, x: width },
    ],
  };
}

function pacedOf(edge: MapEdge, { nodes }: MapGraph): PacedEdge {
  const waiting = nodes.find(({ id }) => id === edge.to)?.waiting ?? 0;
  return {
    id: edge.id,
    source: edge.from,
    target: edge.to,
    type: 'pace',
    data: { edge, waiting },
    className: `way level-${edge.trouble.level}${edge.pace.perSecond > 0 ? ' way-busy' : ''}`,
    markerEnd: { type: MarkerType.ArrowClosed, color: 'var(--map-line)' },
  };
}
