/** The views of the console, in the order of the navigation. */
import { IconArrowsRightLeft, IconTopologyStar3 } from '@tabler/icons-react';
import type { ComponentType } from 'react';
import { MapView } from '../views/map/map-view.tsx';
import { PlaygroundView } from '../views/playground/playground-view.tsx';

/** One view: a place in the navigation and what is shown there. */
export interface View {
  /** Its path, without the leading `#`. */
  readonly path: string;
  readonly title: string;
  readonly icon: ComponentType<{ readonly size?: number; readonly stroke?: number }>;
  readonly component: ComponentType;
}

/** See the file's comment. */
export const VIEWS: readonly View[] = [
  { path: '/map', title: 'Map', icon: IconTopologyStar3, component: MapView },
  {
    path: '/playground',
    title: 'Playground',
    icon: IconArrowsRightLeft,
    component: PlaygroundView,
  },
];
