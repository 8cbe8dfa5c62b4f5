import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Table from '@cloudscape-design/components/table'
import { useAnswer } from '../../../api/use-answer.ts'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { Refusal } from '../../../ui/refusal.tsx'
import { RouteLink } from '../../../ui/route-link.tsx'
import { hostRules, type HostRules } from '../../security-groups/host-rules.ts'
import { GroupMode } from '../../security-groups/group-mode.tsx'
import { readObserved } from '../../security-groups/observed.ts'
import { ObservedTable } from '../../security-groups/observed-table.tsx'
import { readGroupsNamed } from '../../security-groups/read-groups.ts'
import {
  enforcedText,
  portText,
  protocolText,
  sourceText,
} from '../../security-groups/rule-text.ts'
import type { ListedInstance } from '../listed-instance.ts'

/** Its groups, what their rules come to together, and who came. */
export function GroupsTab({
  instance,
  onChange,
}: {
  readonly instance: ListedInstance
  readonly onChange: () => void
}) {
  const { instanceId, state } = instance
  const ids = instance.groups.map(({ groupId }) => groupId)
  const groups = useAnswer(`groups of ${ids.join()}`, (signal) => readGroupsNamed(ids, signal))
  const observed = useAnswer(`observed ${instanceId} ${ids.join()}`, (signal) =>
    readObserved(instanceId, signal),
  )
  const own = groups.value ?? []
  return (
    <SpaceBetween size="m">
      <Refusal
        refusal={groups.refusal}
        header="The rules are not shown"
        askFor="ec2:DescribeSecurityGroups"
        onRetry={() => groups.reload()}
      />
      <Table
        items={instance.groups}
        trackBy="groupId"
        ariaLabels={{ tableLabel: 'Security groups' }}
        header={
          <Header
            variant="h2"
            counter={`(${ids.length})`}
            actions={
              <Button disabled={state === 'terminated'} onClick={onChange}>
                Change security groups
              </Button>
            }
          >
            Security groups
          </Header>
        }
        columnDefinitions={[
          {
            id: 'name',
            header: 'Name',
            isRowHeader: true,
            cell: ({ groupId, name }) => (
              <RouteLink to={`/security-groups/${groupId}`}>
                <bdi>{name}</bdi>
              </RouteLink>
            ),
          },
          { id: 'id', header: 'Security group ID', cell: ({ groupId }) => groupId },
          {
            id: 'mode',
            header: 'Mode',
            cell: ({ groupId }) => (
              <GroupMode mode={own.find((each) => each.groupId === groupId)?.mode} />
            ),
          },
        ]}
        empty="It has no security groups any more."
      />
      {(groups.refusal === undefined || groups.value !== undefined) && (
        <EffectiveRules rules={hostRules(own)} isLoading={groups.value === undefined} />
      )}
      {state !== 'pending' && state !== 'terminated' && (
        <ObservedTable
          observed={observed}
          title="Who came and no rule let in"
          description="Held against the rules that its groups have now."
        />
      )}
    </SpaceBetween>
  )
}

function EffectiveRules({
  rules: { mode, rules },
  isLoading,
}: {
  readonly rules: HostRules
  readonly isLoading: boolean
}) {
  return (
    <Table<HostRules['rules'][number]>
      items={rules}
      trackBy="ruleId"
      loading={isLoading}
      loadingText="Reading the rules"
      ariaLabels={{ tableLabel: 'Effective inbound rules' }}
      header={
        <Header
          variant="h2"
          counter={isLoading ? '' : `(${rules.length})`}
          description={MODES[mode]}
        >
          Effective inbound rules
        </Header>
      }
      columnDefinitions={[
        {
          id: 'source',
          header: 'Source',
          isRowHeader: true,
          cell: (rule) => sourceText(rule.source),
        },
        { id: 'protocol', header: 'Protocol', cell: protocolText },
        { id: 'ports', header: 'Port range', cell: portText },
        { id: 'enforced', header: 'Enforced', cell: enforcedText },
        { id: 'group', header: 'Security group', cell: ({ groupName }) => <bdi>{groupName}</bdi> },
        { id: 'about', header: 'Description', cell: ({ description }) => <bdi>{description}</bdi> },
      ]}
      empty={
        <EmptyState title={mode === 'none' ? 'Firewalls decide alone' : 'No rules'}>
          <Box color="inherit">
            {mode === 'enforce'
              ? 'Nobody is let in but through tunnels of its agent.'
              : mode === 'observe'
                ? 'Once a group enforces, nobody would be let in.'
                : 'Give it a security group to say who may connect.'}
          </Box>
        </EmptyState>
      }
    />
  )
}

const MODES: Readonly<Record<HostRules['mode'], string>> = {
  none: 'It has the default group alone: what firewalls let in comes in.',
  observe: 'All its groups observe: the host lets in everybody, and reports whom no rule lets in.',
  enforce: 'A group enforces: the host cuts new connections that no rule of these lets in.',
}
