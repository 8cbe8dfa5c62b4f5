import { RouteLink } from '../../../ui/route-link.tsx'
import { pageOf } from '../api/holder.ts'
import type { Group } from '../api/shapes.ts'
import { useListing } from '../api/use-listing.ts'
import { EntityTable } from './entity-table.tsx'

/** The account's user groups to choose from. */
export function ChooseGroups({
  selected,
  onSelect,
}: {
  readonly selected: readonly Group[]
  readonly onSelect: (groups: readonly Group[]) => void
}) {
  const listed = useListing<Group>({ operation: 'ListGroups', member: 'Groups' })
  return (
    <EntityTable
      listed={listed}
      title="User groups"
      variant="embedded"
      selectionType="multi"
      selected={selected}
      onSelect={onSelect}
      nameOf={({ GroupName }) => GroupName}
      textOf={({ GroupName }) => GroupName}
      empty="Create one under User groups: policies are easier to look after there than at each user."
      columns={[
        {
          id: 'name',
          header: 'Group name',
          sortingField: 'GroupName',
          isRowHeader: true,
          cell: ({ GroupName }) => (
            <RouteLink to={pageOf({ kind: 'group', name: GroupName })} target="_blank">
              {GroupName}
            </RouteLink>
          ),
        },
      ]}
    />
  )
}
