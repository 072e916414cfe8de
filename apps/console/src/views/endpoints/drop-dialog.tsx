/** Forgets a retired sink for good, with what it is still owed, and says why. */
import type { RetiredSink } from '@viaduct/broker/admin-api';
import { postJson } from '../../api/request.ts';
import { ReasonDialog } from '../../input/reason-dialog.tsx';
import { count } from '../../states/figures.ts';

const KEPT =
  'Its dead letters stay, and other sinks get what they are owed. ' +
  'The audit log keeps your reason.';

/** See the file's comment. What it came to be owed since it was asked for stops it. */
export function DropDialog(props: { readonly sink: RetiredSink; readonly onClose: () => void }) {
  const { name, pending: events = 0 } = props.sink;
  const drop = async (reason: string): Promise<string> => {
    await postJson(`retired-sinks/${encodeURIComponent(name)}/drop`, { reason, events });
    return `${name} is forgotten.`;
  };
  return (
    <ReasonDialog
      title={`Drop the retired sink ${name}`}
      loss={lossOf(events)}
      kept={KEPT}
      label="Drop"
      onConfirm={drop}
      onClose={props.onClose}
    />
  );
}

function lossOf(events: number): string {
  if (events === 0) return 'It is owed nothing, and nothing is lost';
  return events === 1
    ? 'The event that it is still owed is lost to it'
    : `The ${count(events)} events that it is still owed are lost to it`;
}
