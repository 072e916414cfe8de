/** A button that says what will happen and asks before it does. */
import { Alert, Button, Group, Modal, Stack } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';

/** See the file's comment. */
export function ConfirmButton(props: {
  /** On the button, and on the one that confirms. */
  readonly label: string;
  readonly title: string;
  /** What will happen. */
  readonly children: ReactNode;
  readonly icon?: ReactNode;
  readonly color?: string;
  readonly isDisabled?: boolean;
  /** Does it; what it rejects with is shown, and may be tried again. */
  readonly onConfirm: () => Promise<unknown>;
}) {
  const { label, title, children, icon, color, isDisabled = false, onConfirm } = props;
  const [isOpen, { open, close }] = useDisclosure();
  const doing = useMutation({ mutationFn: onConfirm, onSuccess: close });
  const begin = (): void => {
    doing.reset();
    open();
  };
  return (
    <>
      <Button variant="default" leftSection={icon} disabled={isDisabled} onClick={begin}>
        {label}
      </Button>
      <Modal opened={isOpen} onClose={close} title={title} centered>
        <Stack>
          <div>{children}</div>
          {doing.error === null ? null : (
            <Alert color="red" role="alert">
              {doing.error.message}
            </Alert>
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              Cancel
            </Button>
            <Button
              {...(color === undefined ? {} : { color })}
              loading={doing.isPending}
              onClick={() => doing.mutate()}
            >
              {label}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}
