import Button from '@cloudscape-design/components/button'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Table from '@cloudscape-design/components/table'
import TextFilter from '@cloudscape-design/components/text-filter'
import Pagination from '@cloudscape-design/components/pagination'
import { useState } from 'react'
import { useNavigate, useSearchParams } from 'react-router'
import { useAnswer } from '../../api/use-answer.ts'
import { counterText } from '../../ui/counter-text.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Refusal } from '../../ui/refusal.tsx'
import { RouteLink } from '../../ui/route-link.tsx'
import { useTitle } from '../../ui/use-title.ts'
import { CreateGroupDialog } from './create-group-dialog.tsx'
import { GroupMode } from './group-mode.tsx'
import type { ListedGroup } from './listed-group.ts'
import { readAllGroups } from './read-groups.ts'

const PAGE_SIZE = 50

/** EC2's list of security groups. */
export function SecurityGroups() {
  useTitle('Security groups')
  const navigate = useNavigate()
  const [params, setParams] = useSearchParams()
  const [page, setPage] = useState(1)
  const [isCreating, setCreating] = useState(false)
  const groups = useAnswer('groups', readAllGroups)
  const text = params.get('text') ?? ''
  const all = groups.value ?? []
  const found = all.filter((group) => holds(group, text.trim().toLowerCase()))
  const pages = Math.max(1, Math.ceil(found.length / PAGE_SIZE))
  const shown = Math.min(page, pages)
  return (
    <SpaceBetween size="m">
      <Refusal
        refusal={groups.refusal}
        header={
          groups.value === undefined
            ? 'The security groups are not shown'
            : 'What is shown may be old: the groups could not be read again'
        }
        askFor="ec2:DescribeSecurityGroups, ec2:DescribeSecurityGroupRules and ec2:DescribeManagedPrefixLists"
        onRetry={() => groups.reload()}
      />
      <Table<ListedGroup>
        items={found.slice((shown - 1) * PAGE_SIZE, shown * PAGE_SIZE)}
        trackBy="groupId"
        loading={groups.isLoading && groups.value === undefined}
        loadingText="Reading the security groups"
        enableKeyboardNavigation
        wrapLines
        ariaLabels={{ tableLabel: 'Security groups' }}
        header={
          <Header
            variant="h1"
            counter={counterText(all.length, { isKnown: groups.value !== undefined })}
            description="From where people may connect to the sshd of instances."
            actions={
              <SpaceBetween direction="horizontal" size="xs">
                <Button
                  iconName="refresh"
                  ariaLabel="Read again"
                  loading={groups.isLoading}
                  onClick={() => groups.reload()}
                />
                <Button
                  variant="primary"
                  disabled={groups.value === undefined}
                  onClick={() => setCreating(true)}
                >
                  Create security group
                </Button>
              </SpaceBetween>
            }
          >
            Security groups
          </Header>
        }
        filter={
          <TextFilter
            filteringText={text}
            filteringPlaceholder="Find security groups"
            filteringAriaLabel="Find security groups"
            countText={`${found.length} ${found.length === 1 ? 'match' : 'matches'}`}
            onChange={({ detail }) => {
              setParams(detail.filteringText === '' ? {} : { text: detail.filteringText }, {
                replace: true,
              })
              setPage(1)
            }}
          />
        }
        pagination={
          <Pagination
            currentPageIndex={shown}
            pagesCount={pages}
            onChange={({ detail }) => setPage(detail.currentPageIndex)}
          />
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
          { id: 'site', header: 'Site', cell: ({ site }) => <bdi>{site}</bdi> },
          { id: 'mode', header: 'Mode', cell: ({ mode }) => <GroupMode mode={mode} /> },
          { id: 'rules', header: 'Inbound rules', cell: ({ rules }) => rules.length },
          {
            id: 'instances',
            header: 'Instances',
            cell: ({ mode, instanceIds }) => (mode === undefined ? '–' : instanceIds.length),
          },
          {
            id: 'about',
            header: 'Description',
            cell: ({ description }) => <bdi>{description}</bdi>,
          },
        ]}
        empty={
          groups.refusal === undefined ? (
            <EmptyState title={text === '' ? 'No security groups' : 'No group fits'} />
          ) : (
            <EmptyState title="The security groups are not shown" />
          )
        }
      />
      {isCreating && (
        <CreateGroupDialog
          groups={all}
          onCancel={() => setCreating(false)}
          onDone={(groupId) => void navigate(`/security-groups/${groupId}`)}
        />
      )}
    </SpaceBetween>
  )
}

/** Also in a source of a rule, so that whoever has an address finds the groups that name it. */
function holds(group: ListedGroup, text: string): boolean {
  const { groupId, name, site, description, rules, tags } = group
  return [
    groupId,
    name,
    site,
    description,
    ...rules.flatMap((rule) => [rule.source, rule.ruleId, rule.description]),
    ...[...tags].map(([key, value]) => `${key}=${value}`),
  ].some((each) => each.toLowerCase().includes(text))
}
