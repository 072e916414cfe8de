/** The line between two boxes, with how fast it goes and what is the matter at its end. */
import { BaseEdge, EdgeLabelRenderer, type EdgeProps, getBezierPath } from '@xyflow/react';
import { LevelIcon } from '../../states/state-badge.tsx';
import type { PacedEdge } from './map-diagram.tsx';
import { paceText } from './pace-text.ts';

/** Strokes of the slowest and the fastest, pixels. */
const STROKE_MIN = 1.5;
const STROKE_MAX = 5;

/** See the file's comment. */
export function PaceEdge(props: EdgeProps<PacedEdge>) {
  const { data, markerEnd } = props;
  const [path, labelX, labelY] = getBezierPath(props);
  if (data === undefined) return null;
  const { pace, trouble } = data.edge;
  const isTrouble = trouble.level !== 'good';
  return (
    <>
      <BaseEdge
        path={path}
        style={{ strokeWidth: strokeOf(pace.perSecond) }}
        {...(markerEnd === undefined ? {} : { markerEnd })}
      />
      <EdgeLabelRenderer>
        <div
          className={`map-pace level-${trouble.level}`}
          style={{ transform: `translate(-50%, -50%) translate(${labelX}px, ${labelY}px)` }}
        >
          {isTrouble ? <LevelIcon level={trouble.level} size={12} /> : null}
          {pace.perSecond === 0 && isTrouble ? trouble.text : paceText(pace)}
        </div>
      </EdgeLabelRenderer>
    </>
  );
}

/** By the power of ten: a thousand a second is three times as wide as ten. */
function strokeOf(perSecond: number): number {
  return Math.min(STROKE_MAX, STROKE_MIN + Math.log10(1 + perSecond));
}
