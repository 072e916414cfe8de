/** A text to try before it is written to the file. Nothing of it is stored. */
import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import type { CheckedBody } from '@viaduct/broker/admin-api';
import { useState } from 'react';
import { postJson } from '../../api/request.ts';
import type { LineMark } from '../../code/line-marks.ts';
import { Failure } from '../../states/query-state.tsx';
import { NumberedText } from './numbered-text.tsx';
import { AdviceList, ProblemList } from './remark-list.tsx';

/** See the file's comment. */
export function CheckPanel({ first }: { readonly first: string }) {
  // What the file says later does not overwrite what somebody types here.
  const [text, setText] = useState(() => quoted(first));
  const check = useMutation({
    mutationFn: () => postJson<CheckedBody>('configuration/check', { text }),
  });
  const change = (next: string): void => {
    setText(next);
    check.reset();
  };
  return (
    <Stack>
      <Group justify="space-between">
        <Text size="sm" c="dimmed">
          Edit it here, check it, and put it into the file yourself: the console writes no file.
          Secrets are shown as ***.
        </Text>
        <Button loading={check.isPending} onClick={() => check.mutate()}>
          Check
        </Button>
      </Group>
      <div aria-live="polite">
        {check.error === null ? null : <Failure error={check.error} />}
        {check.data === undefined ? null : <Checked checked={check.data} />}
      </div>
      <NumberedText
        text={text}
        label="A configuration to check"
        marks={check.data === undefined ? [] : marksOf(check.data)}
        onChange={change}
      />
    </Stack>
  );
}

/** Bare asterisks would be an alias in YAML. */
function quoted(redacted: string): string {
  return redacted.replaceAll(/(^|[\s[{,])\*\*\*(?=[\s,}\]]|$)/g, "$1'***'");
}

function Checked({ checked }: { readonly checked: CheckedBody }) {
  return (
    <Stack>
      {checked.ok ? (
        <Alert color="teal" icon={<IconCircleCheck size={18} />} title="It can be reloaded" />
      ) : null}
      <ProblemList problems={checked.problems} />
      <AdviceList advice={checked.advice} />
    </Stack>
  );
}

function marksOf({ problems, advice }: CheckedBody): readonly LineMark[] {
  return [
    ...problems.map(({ line = 0, message }) => ({
      line,
      level: 'trouble' as const,
      text: message,
    })),
    ...advice.map(({ line, message }) => ({ line, level: 'waiting' as const, text: message })),
  ];
}
