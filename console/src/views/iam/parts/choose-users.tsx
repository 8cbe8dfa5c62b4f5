import type { User } from '../api/shapes.ts'
import { useListing } from '../api/use-listing.ts'
import { EntityTable } from './entity-table.tsx'

/** The account's users to choose from. */
export function ChooseUsers({
  selected,
  onSelect,
}: {
  readonly selected: readonly User[]
  readonly onSelect: (users: readonly User[]) => void
}) {
  const listed = useListing<User>({ operation: 'ListUsers', member: 'Users' })
  return (
    <EntityTable
      listed={listed}
      title="Users"
      variant="embedded"
      selectionType="multi"
      selected={selected}
      onSelect={onSelect}
      nameOf={({ UserName }) => UserName}
      textOf={({ UserName }) => UserName}
      empty="Create one under Users."
      columns={[
        {
          id: 'name',
          header: 'User name',
          sortingField: 'UserName',
          isRowHeader: true,
          cell: ({ UserName }) => UserName,
        },
      ]}
    />
  )
}
