import Select from '@cloudscape-design/components/select'
import { useState } from 'react'
import { RouteLink } from '../../../ui/route-link.tsx'
import { isOfAws, policyPage } from '../api/holder.ts'
import type { Policy } from '../api/shapes.ts'
import { useListing } from '../api/use-listing.ts'
import { EntityTable } from './entity-table.tsx'

/** Whose policies are looked at. */
const SCOPES = [
  { value: 'All', label: 'All kinds' },
  { value: 'Local', label: 'Customer managed' },
  { value: 'AWS', label: 'AWS managed' },
] as const

/** The account's managed policies to choose from. */
export function ChoosePolicies({
  selected,
  onSelect,
  selectionType = 'multi',
}: {
  readonly selected: readonly Policy[]
  readonly onSelect: (policies: readonly Policy[]) => void
  readonly selectionType?: 'single' | 'multi'
}) {
  const [scope, setScope] = useState<(typeof SCOPES)[number]>(SCOPES[0])
  const listed = useListing<Policy>({
    operation: 'ListPolicies',
    member: 'Policies',
    input: { Scope: scope.value },
  })
  return (
    <EntityTable
      listed={listed}
      title="Policies"
      variant="embedded"
      selectionType={selectionType}
      selected={selected}
      onSelect={onSelect}
      nameOf={({ Arn }) => Arn}
      labelOf={({ PolicyName }) => PolicyName}
      textOf={({ PolicyName }) => PolicyName}
      empty="Create one under Policies."
      filters={
        <Select
          ariaLabel="Kind of policy"
          options={SCOPES}
          selectedOption={scope}
          onChange={({ detail }) =>
            setScope(SCOPES.find(({ value }) => value === detail.selectedOption.value) ?? SCOPES[0])
          }
        />
      }
      columns={[
        {
          id: 'name',
          header: 'Policy name',
          sortingField: 'PolicyName',
          isRowHeader: true,
          cell: ({ PolicyName, Arn }) => (
            <RouteLink to={policyPage(Arn)} target="_blank">
              {PolicyName}
            </RouteLink>
          ),
        },
        { id: 'kind', header: 'Type', cell: ({ Arn }) => policyKind(Arn) },
        {
          id: 'used',
          header: 'Attached entities',
          sortingField: 'AttachmentCount',
          cell: ({ AttachmentCount }) => AttachmentCount,
        },
      ]}
    />
  )
}

export const policyKind = (arn: string): string =>
  isOfAws(arn) ? 'AWS managed' : 'Customer managed'
