/** Throws dead letters away for good, with a reason. */
import { Alert, Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { DiscardResult } from '@viaduct/broker/admin-api';
import { type SyntheticEvent, useState } from 'react';
import { postJson } from '../../api/request.ts';
import { count } from '../../states/figures.ts';
import { Failure, QueryState } from '../../states/query-state.tsx';
import type { LetterDialogProps } from './letter-replay-dialog.tsx';

const REASON_LENGTH_MAX = 500;

/** See the file's comment. */
export function DiscardDialog({ chosen, onClose }: LetterDialogProps) {
  const [reason, setReason] = useState('');
  const queries = useQueryClient();
  const { letters } = chosen;
  const plan = useQuery({
    queryKey: ['discard', letters],
    queryFn: () =>
      postJson<DiscardResult>('dead-letters/discard', { letters, reason: 'plan', dryRun: true }),
    gcTime: 0,
  });
  const discard = useMutation({
    mutationFn: () =>
      postJson<DiscardResult>('dead-letters/discard', { letters, reason: reason.trim() }),
    onSuccess: ({ discarded }) => {
      notifications.show({ message: `${count(discarded)} dead letters were discarded.` });
      onClose();
    },
    onSettled: () => queries.invalidateQueries(),
  });
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    discard.mutate();
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={`Discard ${chosen.words}`}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Stack component="form" onSubmit={submit}>
        <Alert color="red" title="They cannot be brought back">
          The audit log keeps how many there were, and your reason.
        </Alert>
        <QueryState query={plan}>{(result) => <ByCode result={result} />}</QueryState>
        <TextInput
          label="Reason"
          description="For whoever wonders later."
          required
          data-autofocus
          maxLength={REASON_LENGTH_MAX}
          value={reason}
          onChange={({ currentTarget }) => setReason(currentTarget.value)}
        />
        {discard.error === null ? null : <Failure error={discard.error} />}
        <Group justify="end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button
            type="submit"
            color="red"
            loading={discard.isPending}
            disabled={reason.trim() === ''}
          >
            Discard
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function ByCode({ result }: { readonly result: DiscardResult }) {
  return Object.entries(result.byCode).map(([code, figure]) => (
    <Text key={code} size="sm">
      {count(figure)} × <span className="mono">{code}</span>
    </Text>
  ));
}
