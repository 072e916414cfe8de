/** Everything that is counted of a source or sink since the start, for those who ask. */
import { Accordion, Table } from '@mantine/core';
import type { SinkBody, SourceBody } from '@viaduct/broker/admin-api';
import { count } from '../../states/figures.ts';
import { counterRows } from './counter-words.ts';

/** See the file's comment. */
export function CountersTable({ endpoint }: { readonly endpoint: SourceBody | SinkBody }) {
  return (
    <Accordion variant="separated">
      <Accordion.Item value="counters">
        <Accordion.Control>Everything that is counted</Accordion.Control>
        <Accordion.Panel>
          <Table aria-label="Counters since the start">
            <Table.Tbody>
              {counterRows(endpoint).map(({ name, words, value }) => (
                <Table.Tr key={name}>
                  <Table.Td>{words}</Table.Td>
                  <Table.Td ta="right" className="figure">
                    {count(value)}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Accordion.Panel>
      </Accordion.Item>
    </Accordion>
  );
}
