/** Who is signed in, and the way out. */
import { Button, Menu, Text } from '@mantine/core';
import { IconLogout, IconUser } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { remove } from '../api/request.ts';
import type { Session } from '../api/session.ts';

/** Where nobody has to sign in there is nobody to show. */
export function UserMenu({ session }: { readonly session: Session }) {
  const queries = useQueryClient();
  const signOut = useMutation({
    mutationFn: () => remove('session'),
    // What was shown was shown to somebody who may see it.
    onSettled: () => queries.resetQueries(),
  });
  const { who = '', role = 'viewer' } = session;
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button
          variant="subtle"
          size="compact-sm"
          leftSection={<IconUser size={16} />}
          aria-label={`Signed in as ${who}, ${role}`}
        >
          <Text size="sm" visibleFrom="xs" maw={140} truncate>
            {who}
          </Text>
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {who}: {role === 'operator' ? 'may do all' : 'sees all, changes nothing'}
        </Menu.Label>
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => signOut.mutate()}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
