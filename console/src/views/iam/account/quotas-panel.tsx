import Box from '@cloudscape-design/components/box'
import Header from '@cloudscape-design/components/header'
import ProgressBar from '@cloudscape-design/components/progress-bar'
import Table from '@cloudscape-design/components/table'
import { useAnswer } from '../../../api/use-answer.ts'
import { iam } from '../api/iam.ts'
import { Refused } from '../parts/refused.tsx'

interface Quota {
  readonly name: string
  readonly used: number
  readonly most: number
}

/** How much there is of what, and how much there may be. */
export function QuotasPanel() {
  const { value, refusal, reload } = useAnswer('account summary', (signal) =>
    iam<{ SummaryMap: Readonly<Record<string, number>> }>('GetAccountSummary', {}, signal),
  )
  if (refusal !== undefined) {
    return <Refused refusal={refusal} header="The quotas cannot be shown" onRetry={reload} />
  }
  const rows = Object.entries(TITLES).map(([counted, name]): Quota => {
    const { [counted]: used = 0, [`${counted}Quota`]: most = 0 } = value?.SummaryMap ?? {}
    return { name, used, most }
  })
  return (
    <Table<Quota>
      items={value === undefined ? [] : rows}
      loading={value === undefined}
      loadingText="Asking for quotas"
      ariaLabels={{ tableLabel: 'Quotas' }}
      header={<Header variant="h2">Quotas</Header>}
      columnDefinitions={[
        { id: 'name', header: 'Entities', isRowHeader: true, cell: ({ name }) => name },
        {
          id: 'used',
          header: 'In use',
          cell: ({ name, used, most }) => (
            <ProgressBar ariaLabel={name} value={most === 0 ? 0 : (used * 100) / most} />
          ),
        },
        {
          id: 'of',
          header: 'Of',
          cell: ({ used, most }) => (
            <Box>{`${used.toLocaleString('en')} of ${most.toLocaleString('en')}`}</Box>
          ),
        },
      ]}
    />
  )
}

/** By their names in GetAccountSummary. */
const TITLES = {
  Users: 'Users',
  Groups: 'User groups',
  Roles: 'Roles',
  Policies: 'Policies',
  InstanceProfiles: 'Instance profiles',
}
