/** The frame around every view: navigation, colour scheme, and where the keyboard starts. */
import { ActionIcon, AppShell, Burger, Group, NavLink, Title, Tooltip } from '@mantine/core';
import { useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconMoon, IconSun } from '@tabler/icons-react';
import { useState } from 'react';
import { Link, Router, useLocation } from 'wouter';
import { useHashLocation } from 'wouter/use-hash-location';
import { useSession } from '../api/session.ts';
import logo from '../viaduct.svg';
import { BrokerBadge } from './broker-badge.tsx';
import { ConnectionNotice } from './connection-notice.tsx';
import { Place } from './place.tsx';
import { SignIn } from './sign-in.tsx';
import { UserMenu } from './user-menu.tsx';
import { VIEWS } from './views.ts';
import { WorkNotice } from './work-notice.tsx';

/** The console. Places are in the fragment, so that a link works wherever the page is served. */
export function Console() {
  return (
    <Router hook={useHashLocation}>
      <Frame />
    </Router>
  );
}

function Frame() {
  const [isOpen, menu] = useDisclosure();
  // Until it is known, nothing is asked that would be refused.
  const { data: session, isPending } = useSession();
  const isBarred = session?.isRequired === true && !session.isSignedIn;
  const [wasSignedIn, setWasSignedIn] = useState(false);
  if (session?.isSignedIn === true && !wasSignedIn) setWasSignedIn(true);
  return (
    <AppShell
      header={{ height: 52 }}
      navbar={{ width: 208, breakpoint: 'sm', collapsed: { mobile: !isOpen } }}
      padding="md"
    >
      <a className="skip-link" href="#main" onClick={focusMain}>
        Skip to the content
      </a>
      <AppShell.Header>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            <Burger
              opened={isOpen}
              onClick={menu.toggle}
              hiddenFrom="sm"
              size="sm"
              aria-label={isOpen ? 'Close the navigation' : 'Open the navigation'}
            />
            <img src={logo} width={26} height={26} alt="" />
            <Title order={1} size="h4">
              Viaduct
            </Title>
          </Group>
          <Group gap="sm" wrap="nowrap">
            {isPending || isBarred ? null : <BrokerBadge />}
            {session?.isRequired === true && session.isSignedIn ? (
              <UserMenu session={session} />
            ) : null}
            <ColourScheme />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" aria-label="Views">
        <Views onFollow={menu.close} />
      </AppShell.Navbar>
      <AppShell.Main id="main" tabIndex={-1}>
        {isPending ? null : isBarred ? (
          <SignIn hasUsers={session.hasUsers} hasEnded={wasSignedIn} />
        ) : (
          <>
            <ConnectionNotice />
            <WorkNotice />
            <Place />
          </>
        )}
      </AppShell.Main>
    </AppShell>
  );
}

function Views({ onFollow }: { readonly onFollow: () => void }) {
  const [location] = useLocation();
  return VIEWS.map(({ path, title, icon: Icon }) => (
    <NavLink
      key={path}
      component={Link}
      href={path}
      label={title}
      leftSection={<Icon size={18} stroke={1.6} />}
      active={location === path || location.startsWith(`${path}/`)}
      aria-current={location.startsWith(path) ? 'page' : undefined}
      onClick={onFollow}
    />
  ));
}

function ColourScheme() {
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme('light');
  const other = scheme === 'dark' ? 'light' : 'dark';
  return (
    <Tooltip label={`Show it ${other}`}>
      <ActionIcon
        variant="subtle"
        size="lg"
        aria-label={`Show it ${other}`}
        onClick={() => setColorScheme(other)}
      >
        {scheme === 'dark' ? <IconSun size={18} /> : <IconMoon size={18} />}
      </ActionIcon>
    </Tooltip>
  );
}

function focusMain(event: { preventDefault(): void }): void {
  event.preventDefault();
  document.getElementById('main')?.focus();
}
