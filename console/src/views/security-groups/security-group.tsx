import Button from '@cloudscape-design/components/button'
import ButtonDropdown from '@cloudscape-design/components/button-dropdown'
import Container from '@cloudscape-design/components/container'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Spinner from '@cloudscape-design/components/spinner'
import { useState } from 'react'
import { useNavigate, useParams } from 'react-router'
import { useAnswer, type Asked } from '../../api/use-answer.ts'
import { Copyable } from '../../ui/copyable.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Page } from '../../ui/page.tsx'
import { Refusal } from '../../ui/refusal.tsx'
import { RouteLink } from '../../ui/route-link.tsx'
import { UrlTabs } from '../../ui/url-tabs.tsx'
import { useFlashes } from '../../ui/use-flashes.tsx'
import { sayChange } from './change-told.tsx'
import { DeleteGroupDialog } from './delete-group-dialog.tsx'
import { GroupMode } from './group-mode.tsx'
import { InstancesTab } from './instances-tab.tsx'
import type { ListedGroup } from './listed-group.ts'
import { ModeDialog } from './mode-dialog.tsx'
import { MAX_ASKED, readObservedOf } from './observed.ts'
import { ObservedTable } from './observed-table.tsx'
import { readGroupsNamed } from './read-groups.ts'
import { RulesTab } from './rules-tab.tsx'
import { GroupTagsTab } from './tags-tab.tsx'

const PARENTS = [{ text: 'Security groups', href: '/security-groups' }]

/** Everything about one security group. */
export function SecurityGroup() {
  const { id = '' } = useParams()
  const groups = useAnswer(`group ${id}`, (signal) => readGroupsNamed([id], signal))
  // What stands in an address may be a pattern to the filter.
  const group = groups.value?.find(({ groupId }) => groupId === id)
  if (group !== undefined) return <Shown key={id} group={group} groups={groups} />
  return (
    <Page title={id} parents={PARENTS}>
      <Refusal
        refusal={groups.refusal}
        header="The security group is not shown"
        askFor="ec2:DescribeSecurityGroups"
        onRetry={() => groups.reload()}
      />
      {groups.isLoading && <Spinner size="large" />}
      {groups.value !== undefined && !groups.isLoading && (
        <EmptyState
          title="There is no such security group"
          action={<RouteLink to="/security-groups">See the groups that there are</RouteLink>}
        />
      )}
    </Page>
  )
}

function Shown({
  group,
  groups,
}: {
  readonly group: ListedGroup
  readonly groups: Asked<readonly ListedGroup[]>
}) {
  const navigate = useNavigate()
  const flashes = useFlashes()
  const [dialog, setDialog] = useState<'mode' | 'delete'>()
  const { groupId, name, mode } = group
  const isDefault = mode === undefined
  const reload = () => groups.reload()
  return (
    <Page
      title={name}
      parents={PARENTS}
      description={group.description}
      actions={
        <SpaceBetween direction="horizontal" size="xs">
          <Button
            iconName="refresh"
            ariaLabel="Read again"
            loading={groups.isLoading}
            onClick={reload}
          />
          <ButtonDropdown
            disabled={isDefault}
            items={[{ id: 'delete', text: 'Delete security group' }]}
            onItemClick={() => setDialog('delete')}
          >
            Actions
          </ButtonDropdown>
          <Button variant="primary" disabled={isDefault} onClick={() => setDialog('mode')}>
            {mode === 'enforce' ? 'Only observe' : 'Enforce'}
          </Button>
        </SpaceBetween>
      }
    >
      <SpaceBetween size="m">
        {flashes.shown}
        <Refusal
          refusal={groups.refusal}
          header="What is shown may be old: the group could not be read again"
          onRetry={reload}
        />
        <Container>
          <KeyValuePairs
            columns={4}
            items={[
              {
                label: 'Security group ID',
                value: <Copyable text={groupId} what="the group ID" />,
              },
              { label: 'Site', value: <bdi>{group.site}</bdi> },
              {
                label: 'Mode',
                value: isDefault ? 'None: firewalls decide' : <GroupMode mode={mode} />,
              },
              { label: 'VPC ID', value: <Copyable text={group.vpcId} what="the VPC ID" /> },
            ]}
          />
        </Container>
        <UrlTabs
          tabs={[
            {
              id: 'rules',
              label: 'Inbound rules',
              content: <RulesTab group={group} flashes={flashes} onChanged={reload} />,
            },
            {
              id: 'instances',
              label: 'Instances',
              content: <InstancesTab group={group} flashes={flashes} onChanged={reload} />,
            },
            { id: 'observed', label: 'Who came', content: <Observed group={group} /> },
            {
              id: 'tags',
              label: 'Tags',
              content: <GroupTagsTab group={group} flashes={flashes} onChanged={reload} />,
            },
          ]}
        />
      </SpaceBetween>
      {dialog === 'mode' && (
        <ModeDialog
          group={group}
          onCancel={() => setDialog(undefined)}
          onDone={(change) => {
            setDialog(undefined)
            sayChange(
              flashes,
              `${name} ${mode === 'enforce' ? 'observes' : 'is enforced'}.`,
              change,
            )
            reload()
          }}
        />
      )}
      {dialog === 'delete' && (
        <DeleteGroupDialog
          group={group}
          onCancel={() => setDialog(undefined)}
          onDone={() => void navigate('/security-groups')}
        />
      )}
    </Page>
  )
}

function Observed({ group: { groupId, instanceIds } }: { readonly group: ListedGroup }) {
  const observed = useAnswer(`observed ${groupId} ${instanceIds.join()}`, (signal) =>
    readObservedOf(instanceIds, signal),
  )
  return (
    <ObservedTable
      observed={observed}
      title="Who came and no rule let in"
      description={
        instanceIds.length > MAX_ASKED
          ? `To the first ${MAX_ASKED} of its ${instanceIds.length} instances; held against the rules of now.`
          : 'To its instances; held against the rules that they have now.'
      }
      withInstance
    />
  )
}
