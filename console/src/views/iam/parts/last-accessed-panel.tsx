import Box from '@cloudscape-design/components/box'
import ExpandableSection from '@cloudscape-design/components/expandable-section'
import { useAnswer } from '../../../api/use-answer.ts'
import { counted } from '../../../ui/counted.ts'
import { RouteLink } from '../../../ui/route-link.tsx'
import { holderOf, pageOf } from '../api/holder.ts'
import { readLastAccessed, type TrackedAction, type UsedService } from '../api/last-accessed.ts'
import { Ago } from './ago.tsx'
import { EntityTable } from './entity-table.tsx'

/** Of what its policies allow: what was used, by whom and when last. */
export function LastAccessedPanel({
  arn,
  isOfMany = false,
}: {
  readonly arn: string
  /** Of a group or policy, which several may have used. */
  readonly isOfMany?: boolean
}) {
  const { value, refusal, isLoading, reload } = useAnswer(`last accessed ${arn}`, (signal) =>
    readLastAccessed(arn, signal),
  )
  return (
    <EntityTable<UsedService>
      listed={{ items: value?.services ?? [], refusal, isLoading, reload }}
      title="Allowed services"
      description={
        <>
          What the policies allow, and when it was last asked for, also where that was refused. What
          nobody uses can be taken away.
          {value !== undefined && (
            <>
              {' '}
              Kept since <Ago seconds={value.since} />.
            </>
          )}
        </>
      }
      nameOf={({ ServiceNamespace }) => ServiceNamespace}
      textOf={({ ServiceName, ServiceNamespace, TrackedActionsLastAccessed }) =>
        [
          ServiceName,
          ServiceNamespace,
          ...TrackedActionsLastAccessed.map(({ ActionName }) => ActionName),
        ].join(' ')
      }
      empty="The policies allow nothing."
      columns={[
        {
          id: 'service',
          header: 'Service',
          sortingField: 'ServiceName',
          isRowHeader: true,
          cell: ({ ServiceName, ServiceNamespace }) => (
            <>
              {ServiceName}{' '}
              <Box variant="span" color="text-body-secondary">
                {ServiceNamespace}
              </Box>
            </>
          ),
        },
        {
          id: 'last',
          header: 'Last accessed',
          sortingComparator: (a, b) => (a.LastAuthenticated ?? 0) - (b.LastAuthenticated ?? 0),
          cell: ({ LastAuthenticated }) => (
            <Ago seconds={LastAuthenticated} never="Not accessed in the tracking period" />
          ),
        },
        ...(isOfMany
          ? [
              {
                id: 'by',
                header: 'Accessed by',
                cell: (service: UsedService) => <AccessedBy service={service} />,
              },
            ]
          : []),
        {
          id: 'actions',
          header: 'Actions',
          cell: ({ TrackedActionsLastAccessed }) => (
            <Actions actions={TrackedActionsLastAccessed} />
          ),
        },
      ]}
    />
  )
}

function AccessedBy({
  service: { LastAuthenticatedEntity: arn = '', TotalAuthenticatedEntities: total },
}: {
  readonly service: UsedService
}) {
  const holder = holderOf(arn)
  if (holder === undefined) return <>–</>
  return (
    <>
      <RouteLink to={pageOf(holder)}>{holder.name}</RouteLink>
      {total > 1 && ` and ${counted(total - 1, 'other')}`}
    </>
  )
}

/** Those that were used, the latest first; then those that were not. */
function Actions({ actions }: { readonly actions: readonly TrackedAction[] }) {
  const used = actions
    .filter(({ LastAccessedTime }) => LastAccessedTime !== undefined)
    .toSorted((a, b) => (b.LastAccessedTime ?? 0) - (a.LastAccessedTime ?? 0))
  const idle = actions.filter(({ LastAccessedTime }) => LastAccessedTime === undefined)
  return (
    <ExpandableSection
      variant="inline"
      headerText={`${used.length} of ${counted(actions.length, 'action')} used`}
    >
      <ul>
        {used.map(({ ActionName, LastAccessedTime }) => (
          <li key={ActionName}>
            {ActionName} <Ago seconds={LastAccessedTime} />
          </li>
        ))}
      </ul>
      {idle.length > 0 && (
        <Box color="text-body-secondary">
          Not used: {idle.map(({ ActionName }) => ActionName).join(', ')}
        </Box>
      )}
    </ExpandableSection>
  )
}
