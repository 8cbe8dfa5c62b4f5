import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Spinner from '@cloudscape-design/components/spinner'
import { useState } from 'react'
import { useNavigate, useParams } from 'react-router'
import { useAnswer } from '../../../api/use-answer.ts'
import { Copyable } from '../../../ui/copyable.tsx'
import { Page } from '../../../ui/page.tsx'
import { TimeText } from '../../../ui/time-text.tsx'
import { UrlTabs } from '../../../ui/url-tabs.tsx'
import { listOf, pageOf } from '../api/holder.ts'
import { iam } from '../api/iam.ts'
import type { Group as GroupShape } from '../api/shapes.ts'
import { LastAccessedPanel } from '../parts/last-accessed-panel.tsx'
import { PermissionsPanel } from '../parts/permissions-panel.tsx'
import { Refused } from '../parts/refused.tsx'
import { RenameDialog } from '../parts/rename-dialog.tsx'
import { Said } from '../parts/said.tsx'
import { DeleteGroup } from './delete-group.tsx'
import { Members } from './members.tsx'

const LIST = listOf('group')

/** All about one group. */
export function Group() {
  const { name: groupName = '' } = useParams()
  const navigate = useNavigate()
  const [open, setOpen] = useState<'rename' | 'delete'>()
  const { value, refusal, reload } = useAnswer(`group ${groupName}`, (signal) =>
    iam<{ Group: GroupShape }>('GetGroup', { GroupName: groupName, MaxItems: 1 }, signal),
  )
  const group = value?.Group
  const holder = { kind: 'group', name: groupName } as const
  return (
    <Page
      title={groupName}
      parents={[LIST]}
      actions={
        <SpaceBetween direction="horizontal" size="xs">
          <Button disabled={group === undefined} onClick={() => setOpen('rename')}>
            Rename
          </Button>
          <Button disabled={group === undefined} onClick={() => setOpen('delete')}>
            Delete
          </Button>
        </SpaceBetween>
      }
    >
      <SpaceBetween size="l">
        <Said />
        <Refused
          refusal={refusal}
          header="The group cannot be shown"
          notThere={{ what: 'user group', list: LIST }}
          onRetry={reload}
        />
        {group === undefined ? (
          refusal === undefined && <Spinner />
        ) : (
          <>
            <Container>
              <KeyValuePairs
                columns={3}
                items={[
                  { label: 'ARN', value: <Copyable text={group.Arn} what="the ARN" /> },
                  { label: 'Group ID', value: group.GroupId },
                  { label: 'Created', value: <TimeText seconds={group.CreateDate} /> },
                ]}
              />
            </Container>
            <UrlTabs
              tabs={[
                { id: 'users', label: 'Users', content: <Members groupName={groupName} /> },
                {
                  id: 'permissions',
                  label: 'Permissions',
                  content: <PermissionsPanel holder={holder} />,
                },
                {
                  id: 'last-accessed',
                  label: 'Last accessed',
                  content: <LastAccessedPanel arn={group.Arn} isOfMany />,
                },
              ]}
            />
          </>
        )}
        {open === 'rename' && (
          <RenameDialog
            holder={holder}
            onClose={() => setOpen(undefined)}
            onDone={(name) => {
              setOpen(undefined)
              void navigate(pageOf({ kind: 'group', name }), {
                replace: true,
                state: { said: `${groupName} is now ${name}.` },
              })
            }}
          />
        )}
        {open === 'delete' && (
          <DeleteGroup
            groupName={groupName}
            onClose={() => setOpen(undefined)}
            onDone={() =>
              void navigate('/iam/groups', {
                state: { said: `The group ${groupName} is deleted.` },
              })
            }
          />
        )}
      </SpaceBetween>
    </Page>
  )
}
