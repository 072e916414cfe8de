/** The views of the console, in the order of the navigation. */
import {
  IconArrowsRightLeft,
  IconFileCode,
  IconListDetails,
  IconMailX,
  IconPlugConnected,
  IconTopologyStar3,
} from '@tabler/icons-react';
import type { ComponentType } from 'react';
import { ConfigurationView } from '../views/configuration/configuration-view.tsx';
import { DeadLettersView } from '../views/dead-letters/dead-letters-view.tsx';
import { EndpointsView } from '../views/endpoints/endpoints-view.tsx';
import { EventsView } from '../views/events/events-view.tsx';
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
  { path: '/events', title: 'Events', icon: IconListDetails, component: EventsView },
  { path: '/dead-letters', title: 'Dead letters', icon: IconMailX, component: DeadLettersView },
  {
    path: '/endpoints',
    title: 'Sources and sinks',
    icon: IconPlugConnected,
    component: EndpointsView,
  },
  {
    path: '/configuration',
    title: 'Configuration',
    icon: IconFileCode,
    component: ConfigurationView,
  },
  {
    path: '/playground',
    title: 'Playground',
    icon: IconArrowsRightLeft,
    component: PlaygroundView,
  },
];
