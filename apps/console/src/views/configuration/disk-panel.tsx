/** How the file on the disk differs from what runs, and what is wrong with it. */
import { Group, Stack, Text } from '@mantine/core';
import type { ConfigurationBody } from '@viaduct/broker/admin-api';
import { DifferenceView } from '../../code/difference-view.tsx';
import { Nothing } from '../../states/query-state.tsx';
import { AdviceList, ProblemList } from './remark-list.tsx';

/** See the file's comment. */
export function DiskPanel({ configuration }: { readonly configuration: ConfigurationBody }) {
  const { running, disk, isSame } = configuration;
  if (isSame) {
    return (
      <Nothing title="The file on the disk is what runs">
        When somebody changes it, the difference is shown here, and checked.
      </Nothing>
    );
  }
  return (
    <Stack>
      <ProblemList problems={disk.problems} />
      <AdviceList advice={disk.advice} />
      <Difference before={running.text} after={disk.text} />
    </Stack>
  );
}

function Difference(props: {
  readonly before: string | undefined;
  readonly after: string | undefined;
}) {
  const { before, after } = props;
  if (before === undefined || after === undefined) {
    return <Text>The difference cannot be shown: a text is missing, or no YAML.</Text>;
  }
  if (before === after) return <Text>Only secrets differ; they are not shown.</Text>;
  return (
    <div>
      <Group grow visibleFrom="md" mb={4}>
        <Text size="sm" fw={600}>
          Running
        </Text>
        <Text size="sm" fw={600}>
          On disk
        </Text>
      </Group>
      <DifferenceView
        before={before}
        after={after}
        beforeLabel="The configuration that runs"
        afterLabel="The file on the disk"
      />
    </div>
  );
}
