import Button from '@cloudscape-design/components/button'
import Header from '@cloudscape-design/components/header'
import Pagination from '@cloudscape-design/components/pagination'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Table from '@cloudscape-design/components/table'
import { useState } from 'react'
import { actOnEach } from '../../api/act-on-each.ts'
import { useAct } from '../../api/use-act.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { counterText } from '../../ui/counter-text.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Refusal } from '../../ui/refusal.tsx'
import { RefusedSome } from '../../ui/refused-some.tsx'
import { RouteLink } from '../../ui/route-link.tsx'
import type { Flashes } from '../../ui/use-flashes.tsx'
import { labelOf, type ListedInstance } from '../instances/listed-instance.ts'
import { readAllInstances } from '../instances/read-instances.ts'
import { InstanceState } from '../instances/state-indicator.tsx'
import { AttachDialog } from './attach-dialog.tsx'
import { attachGroups } from './attach-groups.ts'
import { sayChange } from './change-told.tsx'
import { together, type ChangeTold } from './hosts-told.ts'
import type { ListedGroup } from './listed-group.ts'
import { readGroupsOfSite } from './read-groups.ts'

const PAGE_SIZE = 50
/** Reading the groups of a site, before instances are given them. */
const READ_TIMEOUT_MS = 30_000

/** Which instances have the group, and which of its site could. */
export function InstancesTab({
  group,
  flashes,
  onChanged,
}: {
  readonly group: ListedGroup
  readonly flashes: Flashes
  readonly onChanged: () => void
}) {
  const { groupId, name, vpcId } = group
  const having = useAnswer(`instances with ${groupId}`, (signal) =>
    readAllInstances({
      query: { Filters: [{ Name: 'instance.group-id', Values: [groupId] }] },
      signal,
    }),
  )
  const [page, setPage] = useState(1)
  const [chosen, setChosen] = useState<readonly ListedInstance[]>([])
  const [isAttaching, setAttaching] = useState(false)
  const instances = having.value ?? []
  const pages = Math.max(1, Math.ceil(instances.length / PAGE_SIZE))
  const shownPage = Math.min(page, pages)

  const change = async (which: readonly ListedInstance[], verb: 'has' | 'no longer has') => {
    const all = await readGroupsOfSite(vpcId, AbortSignal.timeout(READ_TIMEOUT_MS))
    const told: ChangeTold[] = []
    const { done, refused } = await actOnEach(which, async (instance) => {
      const others = instance.groups.map((each) => each.groupId).filter((id) => id !== groupId)
      const made = others.filter((id) =>
        all.some((each) => each.groupId === id && each.mode !== undefined),
      )
      const wanted = verb === 'has' ? [...made, groupId] : made
      told.push(await attachGroups(instance, { wanted, all }))
    })
    const [first] = refused
    if (first !== undefined && done.length === 0) throw first.refusal
    if (first !== undefined) {
      flashes.say(
        'error',
        `The groups of ${labelOf(first.item)}${refused.length > 1 ? ` and ${refused.length - 1} more` : ''} were not changed`,
        <RefusedSome refusal={first.refusal} />,
      )
    }
    if (done.length > 0) {
      const who = done.length === 1 ? done.map(labelOf).join('') : `${done.length} instances`
      const verbed = done.length === 1 ? verb : verb === 'has' ? 'have' : 'no longer have'
      sayChange(flashes, `${who} ${verbed} ${name}.`, together(told))
    }
    setChosen([])
    setAttaching(false)
    onChanged()
    having.reload()
  }
  const detach = useAct(() => change(chosen, 'no longer has'))
  const isDefault = group.mode === undefined
  return (
    <SpaceBetween size="m">
      <Refusal
        refusal={having.refusal}
        header="The instances are not shown"
        askFor="ec2:DescribeInstances"
        onRetry={() => having.reload()}
      />
      <Refusal
        refusal={detach.refusal}
        header="Nothing was changed"
        askFor="ec2:ModifyInstanceAttribute"
        onDismiss={detach.forget}
      />
      <Table<ListedInstance>
        items={instances.slice((shownPage - 1) * PAGE_SIZE, shownPage * PAGE_SIZE)}
        trackBy="instanceId"
        {...(isDefault ? {} : { selectionType: 'multi' as const })}
        selectedItems={chosen}
        onSelectionChange={({ detail }) => setChosen(detail.selectedItems)}
        loading={having.isLoading && having.value === undefined}
        loadingText="Reading the instances"
        ariaLabels={{
          tableLabel: 'Instances',
          selectionGroupLabel: 'Choose instances',
          allItemsSelectionLabel: () => 'Choose all on this page',
          itemSelectionLabel: (_, instance) => `Choose ${labelOf(instance)}`,
        }}
        header={
          <Header
            variant="h2"
            counter={counterText(instances.length, { isKnown: having.value !== undefined })}
            actions={
              isDefault ? undefined : (
                <SpaceBetween direction="horizontal" size="xs">
                  <Button
                    disabled={chosen.length === 0}
                    loading={detach.isRunning}
                    onClick={() => void detach.run()}
                  >
                    Detach
                  </Button>
                  <Button onClick={() => setAttaching(true)}>Attach to instances</Button>
                </SpaceBetween>
              )
            }
          >
            Instances
          </Header>
        }
        pagination={
          pages > 1 && (
            <Pagination
              currentPageIndex={shownPage}
              pagesCount={pages}
              onChange={({ detail }) => {
                setPage(detail.currentPageIndex)
                setChosen([])
              }}
            />
          )
        }
        columnDefinitions={[
          {
            id: 'name',
            header: 'Name',
            cell: ({ name: called }) => <bdi>{called ?? '–'}</bdi>,
          },
          {
            id: 'id',
            header: 'Instance ID',
            isRowHeader: true,
            cell: ({ instanceId }) => (
              <RouteLink to={`/instances/${instanceId}?tab=groups`}>{instanceId}</RouteLink>
            ),
          },
          {
            id: 'state',
            header: 'Instance state',
            cell: (instance) => <InstanceState instance={instance} />,
          },
          {
            id: 'groups',
            header: 'All its security groups',
            cell: ({ groups }) => <bdi>{groups.map((each) => each.name).join(', ')}</bdi>,
          },
        ]}
        empty={
          having.value === undefined ? (
            <EmptyState title="The instances are not shown" />
          ) : (
            <EmptyState title="No instance has it">
              {isDefault
                ? 'Every instance of the site is given others.'
                : 'It says nothing until an instance has it.'}
            </EmptyState>
          )
        }
      />
      {isAttaching && (
        <AttachDialog
          group={group}
          onAttach={(which) => change(which, 'has')}
          onCancel={() => setAttaching(false)}
        />
      )}
    </SpaceBetween>
  )
}
