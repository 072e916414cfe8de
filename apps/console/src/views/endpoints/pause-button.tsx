/** Pauses a source or sink, or resumes it, after saying what that means for what is on its way. */
import { Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import type { SinkBody, SourceBody } from '@viaduct/broker/admin-api';
import { postJson } from '../../api/request.ts';
import { ConfirmButton } from '../../states/confirm-button.tsx';

/** See the file's comment. */
export function PauseButton(props: {
  readonly role: 'source' | 'sink';
  readonly endpoint: SourceBody | SinkBody;
}) {
  const { role, endpoint } = props;
  const { name, state } = endpoint;
  const queries = useQueryClient();
  const isPaused = state === 'paused';
  const ask = async (): Promise<void> => {
    await postJson(`${role}s/${encodeURIComponent(name)}/${isPaused ? 'resume' : 'pause'}`);
    await queries.invalidateQueries({ queryKey: ['status'] });
    notifications.show({ message: `${name} is ${isPaused ? 'resumed' : 'paused'}` });
  };
  return (
    <ConfirmButton
      key={isPaused ? 'resume' : 'pause'}
      label={isPaused ? 'Resume' : 'Pause'}
      title={`${isPaused ? 'Resume' : 'Pause'} the ${role} ${name}?`}
      icon={isPaused ? <IconPlayerPlay size={16} /> : <IconPlayerPause size={16} />}
      onConfirm={ask}
    >
      <Text size="sm">{isPaused ? RESUMED[role] : consequenceOf(role, endpoint)}</Text>
    </ConfirmButton>
  );
}

const RESUMED = {
  source: 'It connects again and takes what comes.',
  sink: 'It connects again and gets what waits for it in the journal, in order.',
} as const;

function consequenceOf(role: 'source' | 'sink', { capabilities }: SourceBody | SinkBody): string {
  const until = 'It stays paused until it is resumed or the broker starts anew.';
  if (role === 'sink') {
    return `Nothing is sent to it; what it is owed waits in the journal. ${until}`;
  }
  const isKept = 'redelivery' in capabilities && capabilities.redelivery !== 'none';
  return isKept
    ? `Nothing is taken from it; its peer keeps what it can keep. ${until}`
    : `Nothing is taken from it. Its peer keeps nothing: what it tells meanwhile is lost. ${until}`;
}
