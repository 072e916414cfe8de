/** One source, route or sink on the map: a link to what there is to know of it. */
import { Handle, type NodeProps, Position } from '@xyflow/react';
import { Link } from 'wouter';
import { compact, rate } from '../../states/figures.ts';
import { LevelIcon } from '../../states/state-badge.tsx';
import type { BoxNode } from './map-diagram.tsx';
import type { MapNode } from './map-graph.ts';
import { placeOf } from './place-of.ts';

/** See the file's comment. */
export function MapBox({ data: { node } }: NodeProps<BoxNode>) {
  const level = node.trouble?.level ?? 'good';
  const isRoute = node.role === 'route';
  // A rule has room for one line: what is the matter comes before what it matches.
  const detail = isRoute ? (node.trouble?.text ?? node.detail) : node.detail;
  return (
    <>
      <Handle type="target" position={Position.Left} isConnectable={false} />
      <Link
        href={placeOf(node)}
        className={`map-box map-${node.role} level-${level}`}
        title={[`${node.name}: ${node.detail}`, node.lastError ?? []].flat().join('\n')}
      >
        <span className="map-name">
          {node.trouble === undefined ? null : <LevelIcon level={level} size={16} />}
          <span>{node.name}</span>
        </span>
        <span className="map-detail">{detail}</span>
        {node.trouble === undefined || isRoute ? null : (
          <span className="map-state">{stateOf(node)}</span>
        )}
      </Link>
      <Handle type="source" position={Position.Right} isConnectable={false} />
    </>
  );
}

function stateOf({ trouble, perSecond = 0, waiting = 0 }: MapNode): string {
  const state = trouble?.level === 'good' ? rate(perSecond) : (trouble?.text ?? '');
  return waiting > 0 ? `${state} · ${compact(waiting)} waiting` : state;
}
