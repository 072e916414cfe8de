/** Asks who it is, where the broker wants to know. */
import {
  Alert,
  Button,
  Center,
  Paper,
  PasswordInput,
  Stack,
  Text,
  TextInput,
  Title,
} from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type SyntheticEvent, useState } from 'react';
import { postJson } from '../api/request.ts';
import type { Session } from '../api/session.ts';

/** Name and password where there are users; a token always. */
export function SignIn(props: {
  readonly hasUsers: boolean;
  /** Whether somebody was signed in on this page before. */
  readonly hasEnded: boolean;
}) {
  const { hasUsers } = props;
  const [name, setName] = useState('');
  const [secret, setSecret] = useState('');
  const queries = useQueryClient();
  const isToken = !hasUsers || name === '';
  const signIn = useMutation({
    mutationFn: () =>
      postJson<Session>('session', isToken ? { token: secret } : { name, password: secret }),
    onSuccess: () => queries.invalidateQueries(),
  });
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    signIn.mutate();
  };
  return (
    <Center mih="70vh">
      <Paper withBorder p="xl" w={380} component="form" onSubmit={submit}>
        <Stack>
          <Title order={2} size="h3">
            Sign in
          </Title>
          {props.hasEnded ? (
            <Text size="sm" role="status">
              Your session has ended. What you looked at comes back when you sign in again.
            </Text>
          ) : null}
          {hasUsers ? (
            <TextInput
              label="Name"
              description="Leave it empty to sign in with a token."
              autoComplete="username"
              value={name}
              onChange={({ currentTarget }) => setName(currentTarget.value)}
            />
          ) : (
            <Text size="sm" c="dimmed">
              The token was shown once when the broker first started; it is kept in its data folder.
            </Text>
          )}
          <PasswordInput
            label={isToken ? 'Token' : 'Password'}
            autoComplete="current-password"
            required
            value={secret}
            onChange={({ currentTarget }) => setSecret(currentTarget.value)}
          />
          {signIn.error === null ? null : (
            <Alert color="red" role="alert">
              {signIn.error.message}
            </Alert>
          )}
          <Button type="submit" loading={signIn.isPending}>
            Sign in
          </Button>
        </Stack>
      </Paper>
    </Center>
  );
}
