/** Forgets a retired sink for good, with what it is still owed, and says why. */
import { Alert, Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { RetiredSink } from '@viaduct/broker/admin-api';
import { type SyntheticEvent, useState } from 'react';
import { postJson } from '../../api/request.ts';
import { count } from '../../states/figures.ts';
import { Failure } from '../../states/query-state.tsx';

/** As the broker's. */
const REASON_LENGTH_MAX = 500;

/** See the file's comment. What it came to be owed since it was asked for stops it. */
export function DropDialog(props: { readonly sink: RetiredSink; readonly onClose: () => void }) {
  const { sink, onClose } = props;
  const { name, pending: events = 0 } = sink;
  const [reason, setReason] = useState('');
  const queries = useQueryClient();
  const drop = useMutation({
    mutationFn: () =>
      postJson(`retired-sinks/${encodeURIComponent(name)}/drop`, { reason: reason.trim(), events }),
    onSuccess: () => {
      notifications.show({ message: `${name} is forgotten.` });
      onClose();
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['status'] }),
  });
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    drop.mutate();
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={`Drop the retired sink ${name}`}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Stack component="form" onSubmit={submit}>
        <Alert color="red" title={lossOf(events)}>
          Its dead letters stay, and other sinks get what they are owed. The audit log keeps your
          reason.
        </Alert>
        <TextInput
          label="Reason"
          description="For whoever wonders later."
          required
          data-autofocus
          maxLength={REASON_LENGTH_MAX}
          value={reason}
          onChange={({ currentTarget }) => setReason(currentTarget.value)}
        />
        {drop.error === null ? null : <Failure error={drop.error} />}
        <Group justify="end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button
            type="submit"
            color="red"
            loading={drop.isPending}
            disabled={reason.trim() === ''}
          >
            Drop
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function lossOf(events: number): string {
  if (events === 0) return 'It is owed nothing, and nothing is lost';
  return events === 1
    ? 'The event that it is still owed is lost to it'
    : `The ${count(events)} events that it is still owed are lost to it`;
}
