/** What became of a reload. */
import { Alert, List, Stack, Text } from '@mantine/core';
import type { Problem, ReloadReport as Report } from '@viaduct/broker/admin-api';
import type { ApiError } from '../../api/request.ts';
import { ProblemList } from './remark-list.tsx';

/** It counts now, or nothing changed. */
export type ReloadOutcome =
  | { readonly kind: 'applied'; readonly report: Extract<Report, { readonly ok: true }> }
  | { readonly kind: 'refused'; readonly message: string; readonly problems: readonly Problem[] };

/** The problems of the file, where the broker refused it for them. */
export function problemsOf({ problem }: ApiError): readonly Problem[] {
  return (problem?.['problems'] as readonly Problem[] | undefined) ?? [];
}

/** See the file's comment. */
export function ReloadReport(props: {
  readonly outcome: ReloadOutcome | undefined;
  readonly onClose: () => void;
}) {
  const { outcome, onClose } = props;
  if (outcome === undefined) return null;
  const isApplied = outcome.kind === 'applied';
  return (
    <Alert
      color={isApplied ? 'teal' : 'red'}
      role="alert"
      title={isApplied ? 'Reloaded' : 'Not reloaded: nothing has changed'}
      withCloseButton
      closeButtonLabel="Close this report"
      onClose={onClose}
    >
      {isApplied ? (
        <Changes report={outcome.report} />
      ) : (
        <Stack gap="xs">
          <Text size="sm">{outcome.message}</Text>
          <ProblemList problems={outcome.problems} />
        </Stack>
      )}
    </Alert>
  );
}

function Changes({ report }: { readonly report: Extract<Report, { readonly ok: true }> }) {
  const { sources, sinks, routesChanged, needsRestart } = report;
  const lines = [
    ...namesOf('Sources', sources),
    ...namesOf('Sinks', sinks),
    ...(routesChanged ? ['The routes changed.'] : []),
    ...needsRestart.map((key) => `${key} changed, and counts when the broker is started again.`),
  ];
  if (lines.length === 0) return <Text size="sm">Nothing in it had changed.</Text>;
  return (
    <List size="sm">
      {lines.map((line) => (
        <List.Item key={line}>{line}</List.Item>
      ))}
    </List>
  );
}

type Changed = Extract<Report, { readonly ok: true }>['sources'];

function namesOf(what: string, { added, changed, removed }: Changed): readonly string[] {
  return (
    [
      ['added', added],
      ['changed', changed],
      ['removed', removed],
    ] as const
  )
    .filter(([, names]) => names.length > 0)
    .map(([word, names]) => `${what} ${word}: ${names.join(', ')}.`);
}
