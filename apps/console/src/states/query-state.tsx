/** What a view shows before it has anything, when it cannot have it, and when there is nothing. */
import { Alert, Button, Center, Loader, Stack, Text } from '@mantine/core';
import { IconPlugConnectedX } from '@tabler/icons-react';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ApiError } from '../api/request.ts';

/** Shows `children` of the data, or says what is the matter; old data stays while asking again. */
export function QueryState<T>(props: {
  readonly query: UseQueryResult<T>;
  readonly children: (data: T) => ReactNode;
}) {
  const { data, error, isPending, refetch } = props.query;
  if (data !== undefined) return props.children(data);
  if (isPending) {
    return (
      <Center mih={200} role="status" aria-label="Loading">
        <Loader />
      </Center>
    );
  }
  return <Failure error={error} onRetry={() => void refetch()} />;
}

/** An error with what can be done about it. */
export function Failure(props: { readonly error: Error | null; readonly onRetry?: () => void }) {
  const { error, onRetry } = props;
  const code = error instanceof ApiError ? error.code : undefined;
  return (
    <Alert
      color="red"
      role="alert"
      icon={<IconPlugConnectedX size={18} />}
      title={error?.message ?? 'Something went wrong.'}
    >
      <Stack align="start" gap="xs">
        {code === undefined ? null : (
          <Text size="sm" className="mono">
            {code}
          </Text>
        )}
        {onRetry === undefined ? null : (
          <Button size="xs" variant="default" onClick={onRetry}>
            Try again
          </Button>
        )}
      </Stack>
    </Alert>
  );
}

/** Nothing there, and why that may be. */
export function Nothing(props: { readonly title: string; readonly children?: ReactNode }) {
  return (
    <Center mih={160}>
      <Stack align="center" gap="xs">
        <Text fw={600}>{props.title}</Text>
        <Text c="dimmed" size="sm" ta="center" maw={420}>
          {props.children}
        </Text>
      </Stack>
    </Center>
  );
}
