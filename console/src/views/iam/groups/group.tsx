import { useState } from 'react'
import { useNavigate, useParams } from 'react-router'
import { useAnswer } from '../../../api/use-answer.ts'
import { Copyable } from '../../../ui/copyable.tsx'
import { TimeText } from '../../../ui/time-text.tsx'
import { UrlTabs } from '../../../ui/url-tabs.tsx'
import { listOf, pageOf } from '../api/holder.ts'
import { iam } from '../api/iam.ts'
import type { Group as GroupShape } from '../api/shapes.ts'
import { EntityPage } from '../parts/entity-page.tsx'
import { LastAccessedPanel } from '../parts/last-accessed-panel.tsx'
import { PermissionsPanel } from '../parts/permissions-panel.tsx'
import { RenameDialog } from '../parts/rename-dialog.tsx'
import { DeleteGroup } from './delete-group.tsx'
import { Members } from './members.tsx'

const LIST = listOf('group')

/** All about one group. */
export function Group() {
  const { name: groupName = '' } = useParams()
  const navigate = useNavigate()
  const [open, setOpen] = useState<'rename' | 'delete'>()
  const asked = useAnswer(`group ${groupName}`, async (signal) => {
    const { Group: found } = await iam<{ Group: GroupShape }>(
      'GetGroup',
      { GroupName: groupName, MaxItems: 1 },
      signal,
    )
    return found
  })
  const holder = { kind: 'group', name: groupName } as const
  return (
    <>
      <EntityPage
        what="user group"
        title={groupName}
        list={LIST}
        asked={asked}
        actions={[
          { text: 'Rename', onPress: () => setOpen('rename') },
          { text: 'Delete', onPress: () => setOpen('delete') },
        ]}
        facts={(group) => [
          { label: 'ARN', value: <Copyable text={group.Arn} what="the ARN" /> },
          { label: 'Group ID', value: group.GroupId },
          { label: 'Created', value: <TimeText seconds={group.CreateDate} /> },
        ]}
      >
        {(group) => (
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
        )}
      </EntityPage>
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
    </>
  )
}
