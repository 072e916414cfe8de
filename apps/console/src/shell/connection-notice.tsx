/** Says when the broker does not answer, and when it does again. */
import { Alert } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconPlugConnectedX } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { ApiError } from '../api/request.ts';
import { useStatus } from '../api/status.ts';
import { moment } from '../states/figures.ts';

/** Nothing while all is well: the page comes back by itself. */
export function ConnectionNotice() {
  const { data, error } = useStatus();
  const queries = useQueryClient();
  const startedAt = data?.broker.startedAt;
  const lost = useRef<{ readonly startedAt: number | undefined }>(undefined);
  useEffect(() => {
    if (isRefusal(error, 401)) return;
    if (error !== null) {
      lost.current ??= { startedAt };
      return;
    }
    if (lost.current === undefined || startedAt === undefined) return;
    const isRestarted = lost.current.startedAt !== startedAt;
    lost.current = undefined;
    notifications.show(
      isRestarted
        ? {
            color: 'teal',
            message: `The broker was restarted at ${moment(startedAt)} and answers again.`,
            // For who looks only later: it stays until it is closed.
            autoClose: false,
          }
        : { color: 'teal', message: 'The broker answers again.' },
    );
    void queries.invalidateQueries();
  }, [error, startedAt, queries]);
  if (error === null || isRefusal(error, 401)) return null;
  return (
    <Alert
      color="red"
      role="alert"
      mb="md"
      icon={<IconPlugConnectedX size={18} />}
      title={error.message}
    >
      What is shown is from before; the page asks again every second and goes on by itself.
    </Alert>
  );
}

/** A session that has ended is no trouble of the broker. */
function isRefusal(error: Error | null, status: number): boolean {
  return error instanceof ApiError && error.status === status;
}
