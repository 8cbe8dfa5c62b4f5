import Box from '@cloudscape-design/components/box'
import type { TableProps } from '@cloudscape-design/components/table'
import type { ReactNode } from 'react'
import { memoCells } from '../../ui/memo-cells.tsx'
import { RouteLink } from '../../ui/route-link.tsx'
import { fieldOf, FIELDS, tagFieldId, type InstanceField } from './instance-fields.ts'
import type { ListedInstance } from './listed-instance.ts'
import { InstanceState, InstanceStatus, LockIndicator } from './state-indicator.tsx'
import type { ColumnSetting } from './table-settings.ts'

const VISIBLE_AT_FIRST = ['name', 'id', 'state', 'status', 'private-address', 'os', 'lock', 'site']

/** As many tags as a person chooses among. */
const MAX_TAG_COLUMNS = 50

/** Every column that there can be: the fields, and tags that instances have. */
export function columnFields(tagKeys: readonly string[]): readonly InstanceField[] {
  const tags = tagKeys.slice(0, MAX_TAG_COLUMNS)
  return [...FIELDS, ...tags.flatMap((key) => fieldOf(tagFieldId(key)) ?? [])]
}

export const FIRST_COLUMNS: readonly ColumnSetting[] = FIELDS.map(({ id }) => ({
  id,
  visible: VISIBLE_AT_FIRST.includes(id),
}))

export function columnDefinitions(
  fields: readonly InstanceField[],
): readonly TableProps.ColumnDefinition<ListedInstance>[] {
  return memoCells(
    fields.map((field) => ({
      id: field.id,
      header: field.label,
      sortingField: field.id,
      isRowHeader: field.id === 'id',
      width: WIDTHS[field.id] ?? 150,
      minWidth: 90,
      cell: (instance: ListedInstance) =>
        CELLS[field.id]?.(instance) ?? textCell(field.texts(instance)),
    })),
  )
}

/** In pixels, as they are at first. */
const WIDTHS: Readonly<Record<string, number>> = {
  name: 150,
  id: 205,
  state: 160,
  status: 155,
  'private-address': 200,
  os: 230,
  lock: 140,
  site: 110,
}

const CELLS: Readonly<Record<string, (instance: ListedInstance) => ReactNode>> = {
  name: (instance) =>
    instance.name === undefined ? '–' : linkTo(instance, <bdi>{instance.name}</bdi>),
  id: (instance) => linkTo(instance, instance.instanceId),
  state: (instance) => <InstanceState instance={instance} />,
  status: (instance) => <InstanceStatus instance={instance} />,
  lock: ({ facts }) => <LockIndicator kind={facts?.lock.kind} />,
  group: ({ groups }) => groups.map(({ name }) => name).join(', '),
}

const linkTo = ({ instanceId }: ListedInstance, content: ReactNode) => (
  <RouteLink to={`/instances/${instanceId}`}>{content}</RouteLink>
)

function textCell(texts: readonly string[]): ReactNode {
  if (texts.length === 0) return <Box color="text-body-secondary">–</Box>
  return <bdi>{texts.join(', ')}</bdi>
}
