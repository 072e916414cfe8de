/** The views of the console, in the order of the navigation; each is loaded when it is needed. */
import {
  IconArrowsRightLeft,
  IconFileCode,
  IconListDetails,
  IconMailX,
  IconPlugConnected,
  IconTopologyStar3,
} from '@tabler/icons-react';
import type { ComponentType } from 'react';

/** One view: a place in the navigation and what is shown there. */
export interface View {
  /** Its path, without the leading `#`. */
  readonly path: string;
  readonly title: string;
  readonly icon: ComponentType<{ readonly size?: number; readonly stroke?: number }>;
  /** Rejects where its file is not to be had. */
  readonly load: () => Promise<ComponentType>;
}

/** See the file's comment. */
export const VIEWS: readonly View[] = [
  {
    path: '/map',
    title: 'Map',
    icon: IconTopologyStar3,
    load: async () => (await import('../views/map/map-view.tsx')).MapView,
  },
  {
    path: '/events',
    title: 'Events',
    icon: IconListDetails,
    load: async () => (await import('../views/events/events-view.tsx')).EventsView,
  },
  {
    path: '/dead-letters',
    title: 'Dead letters',
    icon: IconMailX,
    load: async () => (await import('../views/dead-letters/dead-letters-view.tsx')).DeadLettersView,
  },
  {
    path: '/endpoints',
    title: 'Sources and sinks',
    icon: IconPlugConnected,
    load: async () => (await import('../views/endpoints/endpoints-view.tsx')).EndpointsView,
  },
  {
    path: '/configuration',
    title: 'Configuration',
    icon: IconFileCode,
    load: async () =>
      (await import('../views/configuration/configuration-view.tsx')).ConfigurationView,
  },
  {
    path: '/playground',
    title: 'Playground',
    icon: IconArrowsRightLeft,
    load: async () => (await import('../views/playground/playground-view.tsx')).PlaygroundView,
  },
];
