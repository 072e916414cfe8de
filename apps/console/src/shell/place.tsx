/** What the address asks for: one view, loaded when it is first seen. */
import { Alert, Button, Center, Loader, Text } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { type ComponentType, lazy, Suspense, useEffect } from 'react';
import { Redirect, Route, Switch, useLocation } from 'wouter';
import { useStatus } from '../api/status.ts';
import { loadEditor } from '../code/code-view.tsx';
import { loadAll } from '../views/playground/dialects.ts';
import { type View, VIEWS } from './views.ts';

/** See the file's comment. */
export function Place() {
  return (
    <Suspense fallback={<Loading />}>
      <Switch>
        {PLACES.map(({ path, component }) => (
          <Route key={path} path={`${path}/*?`} component={component} />
        ))}
        <Route path="/">
          <Redirect to={VIEWS[0]?.path ?? '/'} replace />
        </Route>
        <Route>
          <Text>There is no such view.</Text>
        </Route>
      </Switch>
      <PageTitle />
      <Preload />
    </Suspense>
  );
}

const PLACES = VIEWS.map(({ path, load }) => ({ path, component: lazy(() => found(load)) }));

/** A broker of another version has no longer the files that this page knows. */
async function found(load: View['load']): Promise<{ readonly default: ComponentType }> {
  try {
    return { default: await load() };
  } catch (error) {
    reportError(error);
    return { default: NotLoaded };
  }
}

function Loading() {
  return (
    <Center mih={200} role="status" aria-label="Loading the view">
      <Loader />
    </Center>
  );
}

function NotLoaded() {
  return (
    <Alert color="red" role="alert" title="This view could not be loaded">
      <Text size="sm" mb="xs">
        The broker does not answer, or another version of it runs since this page was opened.
      </Text>
      <Button size="xs" variant="default" onClick={() => window.location.reload()}>
        Load the page again
      </Button>
    </Alert>
  );
}

/** Tells several brokers apart in the tabs of a browser. */
function PageTitle() {
  const [location] = useLocation();
  const view = VIEWS.find(({ path }) => location.startsWith(path))?.title;
  const broker = useStatus().data?.broker.name;
  useDocumentTitle([view, broker, 'Viaduct'].filter((part) => part !== undefined).join(' · '));
  return null;
}

/**
 * Fetches all that other views need as soon as the first is seen, so that each of them is there at
 * once, and the playground works where the broker or the network does not.
 */
function Preload() {
  useEffect(() => void preload(), []);
  return null;
}

/** One after the other: what somebody opens meanwhile comes first. */
async function preload(): Promise<void> {
  for (const load of [...VIEWS.map((view) => view.load), loadEditor, loadAll]) {
    // What is not to be had now is asked for again when it is needed.
    await load().catch(() => undefined);
  }
}
