import Button from '@cloudscape-design/components/button'
import Select from '@cloudscape-design/components/select'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useEffect, useState } from 'react'
import { useNavigate } from 'react-router'
import { RouteLink } from '../../../ui/route-link.tsx'
import { isOfAws, policyPage } from '../api/holder.ts'
import type { Policy } from '../api/shapes.ts'
import { useListing } from '../api/use-listing.ts'
import { Ago } from '../parts/ago.tsx'
import { policyKind } from '../parts/choose-policies.tsx'
import { BulkDelete } from '../parts/bulk-delete.tsx'
import { EntityTable } from '../parts/entity-table.tsx'
import { Said } from '../parts/said.tsx'
import { useDeletion } from '../parts/use-deletion.ts'
import { DeletePolicy } from './delete-policy.tsx'

const SCOPES = [
  { value: 'All', label: 'All types' },
  { value: 'Local', label: 'Customer managed' },
  { value: 'AWS', label: 'AWS managed' },
] as const

/** Written once, attached to many. */
export function Policies() {
  const navigate = useNavigate()
  const [scope, setScope] = useState<(typeof SCOPES)[number]>(SCOPES[0])
  const listed = useListing<Policy>({
    operation: 'ListPolicies',
    member: 'Policies',
    input: { Scope: scope.value },
  })
  const deletion = useDeletion<Policy>(listed)
  const { selected } = deletion
  useEffect(() => {
    document.title = 'Policies · Fleetkey'
  }, [])
  return (
    <SpaceBetween size="m">
      <Said />
      <EntityTable<Policy>
        listed={listed}
        title="Policies"
        variant="full-page"
        description="What may be done, in AWS's language: written once, attached to users, groups and roles, with their last five versions."
        selectionType="multi"
        selected={selected}
        onSelect={deletion.select}
        nameOf={({ Arn }) => Arn}
        labelOf={({ PolicyName }) => PolicyName}
        textOf={({ PolicyName, Arn }) => `${PolicyName} ${Arn}`}
        empty="Create one: who may connect to which instances, as whom."
        filters={
          <Select
            ariaLabel="Type of policy"
            options={SCOPES}
            selectedOption={scope}
            onChange={({ detail }) =>
              setScope(
                SCOPES.find(({ value }) => value === detail.selectedOption.value) ?? SCOPES[0],
              )
            }
          />
        }
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button
              disabled={selected.length === 0 || selected.some(({ Arn }) => isOfAws(Arn))}
              {...(selected.length > 0 && {
                disabledReason:
                  selected.length === 1
                    ? 'It comes with Fleetkey under the name of AWS.'
                    : 'Some of them come with Fleetkey under the names of AWS.',
              })}
              onClick={deletion.ask}
            >
              Delete
            </Button>
            <Button variant="primary" onClick={() => void navigate('/iam/create-policy')}>
              Create policy
            </Button>
          </SpaceBetween>
        }
        columns={[
          {
            id: 'name',
            header: 'Policy name',
            sortingField: 'PolicyName',
            isRowHeader: true,
            cell: ({ PolicyName, Arn }) => <RouteLink to={policyPage(Arn)}>{PolicyName}</RouteLink>,
          },
          {
            id: 'type',
            header: 'Type',
            sortingComparator: (a, b) => policyKind(a.Arn).localeCompare(policyKind(b.Arn)),
            cell: ({ Arn }) => policyKind(Arn),
          },
          {
            id: 'used',
            header: 'Attached entities',
            sortingField: 'AttachmentCount',
            cell: ({ AttachmentCount, PermissionsBoundaryUsageCount: bounds }) =>
              `${AttachmentCount}${bounds > 0 ? `, boundary of ${bounds}` : ''}`,
          },
          { id: 'version', header: 'Version in force', cell: (policy) => policy.DefaultVersionId },
          {
            id: 'changed',
            header: 'Changed',
            sortingField: 'UpdateDate',
            cell: ({ UpdateDate }) => <Ago seconds={UpdateDate} />,
          },
        ]}
      />
      {deletion.isOfSeveral && (
        <BulkDelete
          noun={['policy', 'policies']}
          items={selected.map(({ PolicyName, Arn: PolicyArn }) => ({
            name: PolicyName,
            call: { operation: 'DeletePolicy', input: { PolicyArn } },
          }))}
          means="With each go its versions, and who has it loses what it allows or denies."
          onClose={deletion.end}
        />
      )}
      {deletion.one !== undefined && (
        <DeletePolicy
          policy={deletion.one}
          onClose={() => deletion.end(false)}
          onDone={() => deletion.end(true)}
        />
      )}
    </SpaceBetween>
  )
}
