/** Makes the broker go by the file on the disk. */
import { Text } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import type { ConfigurationBody, ReloadReport } from '@viaduct/broker/admin-api';
import { ApiError, postJson } from '../../api/request.ts';
import { ConfirmButton } from '../../states/confirm-button.tsx';
import { type ReloadOutcome, problemsOf } from './reload-report.tsx';

type Applied = Extract<ReloadReport, { readonly ok: true }>;

/** See the file's comment. */
export function ReloadButton(props: {
  readonly configuration: ConfigurationBody;
  readonly onDone: (outcome: ReloadOutcome) => void;
}) {
  const { configuration, onDone } = props;
  const queries = useQueryClient();
  const reload = async (): Promise<void> => {
    try {
      onDone({ kind: 'applied', report: await postJson<Applied>('configuration/reload') });
    } catch (error) {
      // A file with problems is an answer; no answer is an error of the dialogue.
      if (!(error instanceof ApiError) || error.status !== 422) throw error;
      onDone({ kind: 'refused', message: error.message, problems: problemsOf(error) });
    }
    await queries.invalidateQueries();
  };
  return (
    <ConfirmButton
      label="Reload"
      title="Reload the configuration?"
      icon={<IconRefresh size={16} />}
      onConfirm={reload}
    >
      <Text size="sm">
        {configuration.isSame
          ? 'The file is what runs already; files that it names (hooks.conf, MIBs, secrets) are read again.'
          : 'The broker goes by the file on the disk from then on. What did not change keeps its ' +
            'connections; a file with problems changes nothing.'}
      </Text>
    </ConfirmButton>
  );
}
