/** What is being sent again right now, by whomever, and how far it is: in every view. */
import { Alert, Button, Group, Progress, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { WorkBody } from '@viaduct/broker/admin-api';
import { postJson } from '../api/request.ts';
import { useIsOperator } from '../api/session.ts';
import { useWork } from '../api/work.ts';
import { count, moment } from '../states/figures.ts';

/** Nothing where nothing goes on: a plan that is made is told where it was asked for. */
export function WorkNotice() {
  const works = useWork().data?.work.flatMap(writtenOf) ?? [];
  if (works.length === 0) return null;
  return (
    <Alert color="blue" mb="md" role="region" aria-label="Work under way">
      <Stack gap="xs">
        {works.map((one) => (
          <OneWork key={one.work.id} {...one} />
        ))}
      </Stack>
    </Alert>
  );
}

interface Written {
  readonly work: WorkBody;
  readonly written: number;
  readonly total: number;
}

/** Work that writes says how far it is. */
function writtenOf(work: WorkBody): readonly Written[] {
  const { written, total } = (work.progress ?? {}) as Partial<Written>;
  return written === undefined || total === undefined ? [] : [{ work, written, total }];
}

function OneWork({ work, written, total }: Written) {
  const { id, what, who, since } = work;
  const queries = useQueryClient();
  const isOperator = useIsOperator();
  const stop = useMutation({
    mutationFn: () => postJson(`work/${String(id)}/stop`),
    onSettled: () => queries.invalidateQueries({ queryKey: ['work'] }),
  });
  const words = WORDS[what] ?? what;
  return (
    <div>
      <Group justify="space-between">
        <Text size="sm">
          {words} by {who} since {moment(since)}: {count(written)} of {count(total)} written
        </Text>
        {isOperator ? (
          <Button
            size="compact-sm"
            variant="default"
            loading={stop.isPending}
            onClick={() => stop.mutate()}
          >
            Stop it
          </Button>
        ) : null}
      </Group>
      <Progress
        mt={4}
        value={total === 0 ? 0 : (100 * written) / total}
        aria-label={`${words}: events written`}
      />
    </div>
  );
}

/** By what the broker writes into its audit log. */
const WORDS: Readonly<Record<string, string>> = {
  'POST /api/v1/replay': 'Events are sent again',
  'POST /api/v1/dead-letters/replay': 'Dead letters are sent again',
  'POST /api/v1/alarms/resend': 'Active alarms are told again',
};
