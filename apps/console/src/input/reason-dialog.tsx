/** Asks for a reason before something is thrown away for good. */
import { Alert, Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, type SyntheticEvent, useState } from 'react';
import { Failure } from '../states/query-state.tsx';

/** As the broker's. */
const REASON_LENGTH_MAX = 500;

/** What is thrown away, and how. */
export interface ReasonDialogProps {
  readonly title: string;
  /** What is lost by it, in a line. */
  readonly loss: string;
  /** What stays. */
  readonly kept: string;
  /** More of what it is about, below. */
  readonly children?: ReactNode;
  /** On the button that does it. */
  readonly label: string;
  /** Resolves with what was done; what it rejects with is shown, and may be tried again. */
  readonly onConfirm: (reason: string) => Promise<string>;
  readonly onClose: () => void;
}

/** See the file's comment. Whatever came of it, everything that is shown is asked for anew. */
export function ReasonDialog(props: ReasonDialogProps) {
  const { title, loss, kept, children, label, onConfirm, onClose } = props;
  const [reason, setReason] = useState('');
  const queries = useQueryClient();
  const doing = useMutation({
    mutationFn: () => onConfirm(reason.trim()),
    onSuccess: (message) => {
      notifications.show({ message });
      onClose();
    },
    onSettled: () => queries.invalidateQueries(),
  });
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    doing.mutate();
  };
  return (
    <Modal opened onClose={onClose} title={title} closeButtonProps={{ 'aria-label': 'Close' }}>
      <Stack component="form" onSubmit={submit}>
        <Alert color="red" title={loss}>
          {kept}
        </Alert>
        {children}
        <TextInput
          label="Reason"
          description="For whoever wonders later."
          required
          data-autofocus
          maxLength={REASON_LENGTH_MAX}
          value={reason}
          onChange={({ currentTarget }) => setReason(currentTarget.value)}
        />
        {doing.error === null ? null : <Failure error={doing.error} />}
        <Group justify="end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button
            type="submit"
            color="red"
            loading={doing.isPending}
            disabled={reason.trim() === ''}
          >
            {label}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
