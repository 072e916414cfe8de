/** Sends dead letters again: first the plan, then, when it was said, all of it. */
import { Checkbox, Modal, Stack, Text } from '@mantine/core';
import type { LetterReplayPlan } from '@viaduct/broker/admin-api';
import { useState } from 'react';
import { ReplayPanel } from '../../replay/replay-panel.tsx';
import { useReplay } from '../../replay/use-replay.ts';
import type { Chosen } from './selection.ts';

/** Which letters, and what leaves it. */
export interface LetterDialogProps {
  readonly chosen: Chosen;
  readonly onClose: () => void;
}

/** See the file's comment. */
export function LetterReplayDialog({ chosen, onClose }: LetterDialogProps) {
  const [isRouted, setIsRouted] = useState(false);
  const request = { letters: chosen.letters, route: isRouted };
  const replay = useReplay<LetterReplayPlan>('dead-letters/replay', request);
  const { kind } = replay.state;
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={`Send ${chosen.words} again`}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Stack>
        <Text size="sm" c="dimmed">
          What succeeds is a letter no more. Nothing is sent before you say so.
        </Text>
        {kind === 'planning' || kind === 'planned' || kind === 'failed' ? (
          <Checkbox
            label="Wherever today's routes lead, not only to the sink that each was for"
            checked={isRouted}
            onChange={({ currentTarget }) => setIsRouted(currentTarget.checked)}
          />
        ) : null}
        <ReplayPanel replay={replay} onClose={onClose} />
      </Stack>
    </Modal>
  );
}
