import { rate } from '../../states/figures.ts';
import type { Pace } from './map-graph.ts';

/** `1.2/s`; `≤ 1.2/s` where another route has its part of it, too. */
export function paceText({ perSecond, isUpperBound }: Pace): string {
  return `${isUpperBound ? '≤ ' : ''}${rate(perSecond)}`;
}
