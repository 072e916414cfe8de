/** Throws dead letters away for good, with a reason. */
import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { DiscardResult } from '@viaduct/broker/admin-api';
import { postJson } from '../../api/request.ts';
import { ReasonDialog } from '../../input/reason-dialog.tsx';
import { count } from '../../states/figures.ts';
import { QueryState } from '../../states/query-state.tsx';
import type { LetterDialogProps } from './letter-replay-dialog.tsx';

/** See the file's comment. */
export function DiscardDialog({ chosen, onClose }: LetterDialogProps) {
  const { letters, words } = chosen;
  const plan = useQuery({
    queryKey: ['discard', letters],
    queryFn: () =>
      postJson<DiscardResult>('dead-letters/discard', { letters, reason: 'plan', dryRun: true }),
    gcTime: 0,
  });
  const discard = async (reason: string): Promise<string> => {
    const request = { letters, reason };
    const { discarded } = await postJson<DiscardResult>('dead-letters/discard', request);
    return `${count(discarded)} dead letters were discarded.`;
  };
  return (
    <ReasonDialog
      title={`Discard ${words}`}
      loss="They cannot be brought back"
      kept="The audit log keeps how many there were, and your reason."
      label="Discard"
      onConfirm={discard}
      onClose={onClose}
    >
      <QueryState query={plan}>{(result) => <ByCode result={result} />}</QueryState>
    </ReasonDialog>
  );
}

function ByCode({ result }: { readonly result: DiscardResult }) {
  return Object.entries(result.byCode).map(([code, figure]) => (
    <Text key={code} size="sm">
      {count(figure)} × <span className="mono">{code}</span>
    </Text>
  ));
}
