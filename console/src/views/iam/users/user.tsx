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
import type { User as UserShape } from '../api/shapes.ts'
import { Ago } from '../parts/ago.tsx'
import { BoundaryPanel } from '../parts/boundary-panel.tsx'
import { LastAccessedPanel } from '../parts/last-accessed-panel.tsx'
import { PermissionsPanel } from '../parts/permissions-panel.tsx'
import { ReachPanel } from '../parts/reach-panel.tsx'
import { Refused } from '../parts/refused.tsx'
import { RenameDialog } from '../parts/rename-dialog.tsx'
import { Said } from '../parts/said.tsx'
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
  const { value, refusal, reload } = useAnswer(`user ${userName}`, (signal) =>
    iam<{ User: UserShape }>('GetUser', { UserName: userName }, signal),
  )
  const user = value?.User
  const holder = { kind: 'user', name: userName } as const
  return (
    <Page
      title={userName}
      parents={[LIST]}
      actions={
        <SpaceBetween direction="horizontal" size="xs">
          <Button disabled={user === undefined} onClick={() => setOpen('rename')}>
            Rename
          </Button>
          <Button disabled={user === undefined} onClick={() => setOpen('delete')}>
            Delete
          </Button>
        </SpaceBetween>
      }
    >
      <SpaceBetween size="l">
        <Said />
        <Refused
          refusal={refusal}
          header="The user cannot be shown"
          notThere={{ what: 'user', list: LIST }}
          onRetry={reload}
        />
        {user === undefined ? (
          refusal === undefined && <Spinner />
        ) : (
          <>
            <Container>
              <KeyValuePairs
                columns={4}
                items={[
                  { label: 'ARN', value: <Copyable text={user.Arn} what="the ARN" /> },
                  { label: 'User ID', value: user.UserId },
                  { label: 'Created', value: <TimeText seconds={user.CreateDate} /> },
                  { label: 'Last sign-in', value: <Ago seconds={user.PasswordLastUsed} /> },
                ]}
              />
            </Container>
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
          </>
        )}
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
      </SpaceBetween>
    </Page>
  )
}
