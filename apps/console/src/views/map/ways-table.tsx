/** The map for those who read it line by line: each route with what comes in and goes out. */
import { Anchor, Stack, Table, Text, Title } from '@mantine/core';
import { Link } from 'wouter';
import { count } from '../../states/figures.ts';
import { StateBadge } from '../../states/state-badge.tsx';
import type { MapEdge, MapGraph, MapNode } from './map-graph.ts';
import { paceText } from './pace-text.ts';
import { placeOf } from './place-of.ts';

/** A table for each route. */
export function WaysTable({ graph }: { readonly graph: MapGraph }) {
  const routes = graph.nodes.filter(({ role }) => role === 'route');
  const linked = new Set(graph.edges.flatMap(({ from, to }) => [from, to]));
  const idle = graph.nodes.filter(({ id, role }) => role !== 'route' && !linked.has(id));
  return (
    <Stack gap="lg">
      {routes.map((route) => (
        <RouteWays key={route.id} route={route} graph={graph} />
      ))}
      {idle.length === 0 ? null : (
        <Text size="sm">
          Of no route:{' '}
          {idle.map((node, index) => (
            <span key={node.id}>
              {index === 0 ? '' : ', '}
              <Anchor component={Link} href={placeOf(node)}>
                {node.name}
              </Anchor>
            </span>
          ))}
        </Text>
      )}
    </Stack>
  );
}

function RouteWays({ route, graph }: { readonly route: MapNode; readonly graph: MapGraph }) {
  const ends = graph.edges.flatMap((edge) => {
    const other = edge.from === route.id ? edge.to : edge.to === route.id ? edge.from : undefined;
    const node = graph.nodes.find(({ id }) => id === other);
    return node === undefined ? [] : [{ edge, node }];
  });
  return (
    <section aria-label={route.name}>
      <Title order={3} size="h5">
        {route.name}
      </Title>
      <Text size="sm" c="dimmed" mb={4}>
        {route.detail}
      </Text>
      {route.trouble === undefined ? null : (
        <Text size="xs" className="last-error">
          {route.trouble.text}: {route.lastError}
        </Text>
      )}
      <Table aria-label={`Sources and sinks of ${route.name}`} layout="fixed">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Name</Table.Th>
            <Table.Th w={88} ta="right">
              Rate
            </Table.Th>
            <Table.Th w={140}>State</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {ends.map(({ edge, node }) => (
            <EndRow key={edge.id} edge={edge} node={node} />
          ))}
        </Table.Tbody>
      </Table>
    </section>
  );
}

function EndRow({ edge, node }: { readonly edge: MapEdge; readonly node: MapNode }) {
  const { waiting = 0 } = node;
  return (
    <Table.Tr>
      <Table.Td>
        <Text span size="sm" c="dimmed">
          {node.role === 'source' ? 'from ' : 'to '}
        </Text>
        <Anchor component={Link} href={placeOf(node)} size="sm">
          {node.name}
        </Anchor>
      </Table.Td>
      <Table.Td ta="right" className="figure">
        {paceText(edge.pace)}
      </Table.Td>
      <Table.Td>
        <StateBadge trouble={edge.trouble} />
        {waiting > 0 ? <Text size="xs">{count(waiting)} waiting</Text> : null}
      </Table.Td>
    </Table.Tr>
  );
}
