import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import { useNavigate, useParams } from 'react-router'
import { useAnswer } from '../../../api/use-answer.ts'
import { Copyable } from '../../../ui/copyable.tsx'
import { TimeText } from '../../../ui/time-text.tsx'
import { UrlTabs } from '../../../ui/url-tabs.tsx'
import { listOf, pageOf } from '../api/holder.ts'
import { iam } from '../api/iam.ts'
import type { User as UserShape } from '../api/shapes.ts'
import { Ago } from '../parts/ago.tsx'
import { BoundaryPanel } from '../parts/boundary-panel.tsx'
import { EntityPage } from '../parts/entity-page.tsx'
import { LastAccessedPanel } from '../parts/last-accessed-panel.tsx'
import { PermissionsPanel } from '../parts/permissions-panel.tsx'
import { ReachPanel } from '../parts/reach-panel.tsx'
import { RenameDialog } from '../parts/rename-dialog.tsx'
import { SessionsPanel } from '../parts/sessions-panel.tsx'
import { saveTags } from '../parts/save-tags.ts'
import { TagsPanel } from '../parts/tags-panel.tsx'
import { AccessKeys } from './access-keys.tsx'
import { ConsolePassword } from './console-password.tsx'
import { DeleteUser } from './delete-user.tsx'
import { MfaDevices } from './mfa-devices.tsx'
import { UserGroups } from './user-groups.tsx'

const LIST = listOf('user')

/** All about one user. */
export function User() {
  const { name: userName = '' } = useParams()
  const navigate = useNavigate()
  const [open, setOpen] = useState<'rename' | 'delete'>()
  const asked = useAnswer(`user ${userName}`, async (signal) => {
    const { User: found } = await iam<{ User: UserShape }>(
      'GetUser',
      { UserName: userName },
      signal,
    )
    return found
  })
  const { reload } = asked
  const holder = { kind: 'user', name: userName } as const
  return (
    <>
      <EntityPage
        what="user"
        title={userName}
        list={LIST}
        asked={asked}
        actions={[
          { text: 'Rename', onPress: () => setOpen('rename') },
          { text: 'Delete', onPress: () => setOpen('delete') },
        ]}
        facts={(user) => [
          { label: 'ARN', value: <Copyable text={user.Arn} what="the ARN" /> },
          { label: 'User ID', value: user.UserId },
          { label: 'Created', value: <TimeText seconds={user.CreateDate} /> },
          { label: 'Last sign-in', value: <Ago seconds={user.PasswordLastUsed} /> },
        ]}
      >
        {(user) => (
          <UrlTabs
            tabs={[
              {
                id: 'permissions',
                label: 'Permissions',
                content: (
                  <SpaceBetween size="l">
                    <PermissionsPanel holder={holder} />
                    <BoundaryPanel
                      holder={holder}
                      arn={user.PermissionsBoundary?.PermissionsBoundaryArn}
                      onChanged={reload}
                    />
                  </SpaceBetween>
                ),
              },
              { id: 'groups', label: 'Groups', content: <UserGroups userName={userName} /> },
              {
                id: 'credentials',
                label: 'Security credentials',
                content: (
                  <SpaceBetween size="l">
                    <ConsolePassword userName={userName} lastUsed={user.PasswordLastUsed} />
                    <MfaDevices userName={userName} />
                    <AccessKeys userName={userName} />
                  </SpaceBetween>
                ),
              },
              { id: 'reach', label: 'Reach', content: <ReachPanel arn={user.Arn} /> },
              {
                id: 'last-accessed',
                label: 'Last accessed',
                content: <LastAccessedPanel arn={user.Arn} />,
              },
              { id: 'sessions', label: 'Sessions', content: <SessionsPanel holder={holder} /> },
              {
                id: 'tags',
                label: 'Tags',
                content: (
                  <TagsPanel
                    tags={user.Tags ?? []}
                    onSave={(change) => saveTags('User', { UserName: userName }, change)}
                    onSaved={reload}
                  />
                ),
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
            void navigate(pageOf({ kind: 'user', name }), {
              replace: true,
              state: { said: `${userName} is now ${name}.` },
            })
          }}
        />
      )}
      {open === 'delete' && (
        <DeleteUser
          userName={userName}
          onClose={() => setOpen(undefined)}
          onDone={() =>
            void navigate('/iam/users', { state: { said: `The user ${userName} is deleted.` } })
          }
        />
      )}
    </>
  )
}
