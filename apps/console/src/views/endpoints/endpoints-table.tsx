/** Sources or sinks: a row each with how it is and its figures, and below what went wrong last. */
import { Anchor, Table, Text, Title } from '@mantine/core';
import type { SinkBody, SourceBody } from '@viaduct/broker/admin-api';
import { Fragment, type ReactNode } from 'react';
import { Link } from 'wouter';
import { StateBadge } from '../../states/state-badge.tsx';
import { troubleOfEndpoint } from '../../states/trouble.ts';

/** One figure of each row. */
export interface Column<T> {
  readonly title: string;
  /** What it means, where the title alone may not say. */
  readonly hint?: string;
  /** The narrowest window that has room for it; missing: every one. */
  readonly from?: 'sm' | 'md';
  readonly cell: (endpoint: T) => ReactNode;
}

/** What is listed. */
export interface EndpointsTableProps<T extends SourceBody | SinkBody> {
  readonly role: 'source' | 'sink';
  readonly endpoints: readonly T[];
  readonly columns: readonly Column<T>[];
  /** Said where there are none. */
  readonly none: string;
}

/** See the file's comment. */
export function EndpointsTable<T extends SourceBody | SinkBody>(props: EndpointsTableProps<T>) {
  const { role, endpoints, columns, none } = props;
  const id = `${role}s`;
  return (
    <section aria-labelledby={id}>
      <Title order={3} size="h4" id={id} mb="xs">
        {role === 'source' ? 'Sources' : 'Sinks'}
      </Title>
      {endpoints.length === 0 ? (
        <Text c="dimmed">{none}</Text>
      ) : (
        <Table verticalSpacing="xs" aria-labelledby={id}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Name</Table.Th>
              <Table.Th w={150}>State</Table.Th>
              {columns.map(({ title, hint, from }) => (
                <Table.Th key={title} ta="right" title={hint} {...seen(from)}>
                  {title}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {endpoints.map((one) => (
              <Rows key={one.name} role={role} endpoint={one} columns={columns} />
            ))}
          </Table.Tbody>
        </Table>
      )}
    </section>
  );
}

function Rows<T extends SourceBody | SinkBody>(props: {
  readonly role: 'source' | 'sink';
  readonly endpoint: T;
  readonly columns: readonly Column<T>[];
}) {
  const { role, endpoint, columns } = props;
  const { name, adapter, lastError } = endpoint;
  const trouble = troubleOfEndpoint(endpoint);
  const error = trouble.level === 'good' ? undefined : lastError?.message;
  return (
    <Fragment>
      <Table.Tr className={error === undefined ? 'figure' : 'figure row-goes-on'}>
        <Table.Th scope="row" fw={400}>
          <Anchor component={Link} href={`/endpoints/${role}/${encodeURIComponent(name)}`} fw={600}>
            {name}
          </Anchor>
          <Text size="xs" c="dimmed">
            {adapter}
          </Text>
        </Table.Th>
        <Table.Td>
          <StateBadge trouble={trouble} />
        </Table.Td>
        {columns.map(({ title, from, cell }) => (
          <Table.Td key={title} ta="right" {...seen(from)}>
            {cell(endpoint)}
          </Table.Td>
        ))}
      </Table.Tr>
      {error === undefined ? null : (
        <Table.Tr>
          <Table.Td colSpan={columns.length + 2} pt={0}>
            <Text size="xs" className="last-error">
              <span className="visually-hidden">{name}: </span>
              {error}
            </Text>
          </Table.Td>
        </Table.Tr>
      )}
    </Fragment>
  );
}

function seen(from: 'sm' | 'md' | undefined) {
  return from === undefined ? {} : { visibleFrom: from };
}
