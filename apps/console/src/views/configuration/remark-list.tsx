/** What is wrong with a configuration, and what is worth knowing of it, each with its line. */
import { Alert, List, Text } from '@mantine/core';
import { IconAlertTriangle, IconInfoCircle } from '@tabler/icons-react';
import type { PlacedAdvice, Problem } from '@viaduct/broker/admin-api';

/** What a reload would stumble over. */
export function ProblemList({ problems }: { readonly problems: readonly Problem[] }) {
  if (problems.length === 0) return null;
  const title = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
  return (
    <Alert color="red" icon={<IconAlertTriangle size={18} />} title={title}>
      <List size="sm" spacing="xs" className="breakable">
        {problems.map(({ code, line, path, message, advice }) => (
          <List.Item key={`${String(line)} ${path} ${message}`}>
            <Place line={line} path={path} /> {message}. {advice}{' '}
            <Text span size="xs" c="dimmed" className="mono">
              {code}
            </Text>
          </List.Item>
        ))}
      </List>
    </Alert>
  );
}

/** What is valid and may surprise. */
export function AdviceList({ advice }: { readonly advice: readonly PlacedAdvice[] }) {
  if (advice.length === 0) return null;
  const title = advice.length === 1 ? '1 piece of advice' : `${advice.length} pieces of advice`;
  return (
    <Alert color="orange" icon={<IconInfoCircle size={18} />} title={title}>
      <List size="sm" spacing="xs" className="breakable">
        {advice.map(({ line, path, message }) => (
          <List.Item key={`${line} ${path} ${message}`}>
            <Place line={line} path={path} /> {message}
          </List.Item>
        ))}
      </List>
    </Alert>
  );
}

function Place(props: { readonly line: number | undefined; readonly path: string }) {
  const { line, path } = props;
  const where = line === undefined ? 'The file' : `Line ${line}`;
  return (
    <Text span size="sm" fw={600}>
      {where}
      {path === '' ? '' : `, ${path}`}:
    </Text>
  );
}
