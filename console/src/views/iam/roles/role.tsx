import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import { useNavigate, useParams } from 'react-router'
import { useAnswer } from '../../../api/use-answer.ts'
import { Copyable } from '../../../ui/copyable.tsx'
import { TimeText } from '../../../ui/time-text.tsx'
import { UrlTabs } from '../../../ui/url-tabs.tsx'
import { listOf } from '../api/holder.ts'
import { iam } from '../api/iam.ts'
import type { Role as RoleShape } from '../api/shapes.ts'
import { Ago } from '../parts/ago.tsx'
import { BoundaryPanel } from '../parts/boundary-panel.tsx'
import { EntityPage } from '../parts/entity-page.tsx'
import { LastAccessedPanel } from '../parts/last-accessed-panel.tsx'
import { PermissionsPanel } from '../parts/permissions-panel.tsx'
import { ReachPanel } from '../parts/reach-panel.tsx'
import { saveTags } from '../parts/save-tags.ts'
import { SessionsPanel } from '../parts/sessions-panel.tsx'
import { TagsPanel } from '../parts/tags-panel.tsx'
import { DeleteRole } from './delete-role.tsx'
import { EditRole } from './edit-role.tsx'
import { TrustPanel } from './trust-panel.tsx'

const LIST = listOf('role')

/** All about one role. */
export function Role() {
  const { name: roleName = '' } = useParams()
  const navigate = useNavigate()
  const [open, setOpen] = useState<'edit' | 'delete'>()
  const asked = useAnswer(`role ${roleName}`, async (signal) => {
    const { Role: found } = await iam<{ Role: RoleShape }>(
      'GetRole',
      { RoleName: roleName },
      signal,
    )
    return found
  })
  const { value: role, reload } = asked
  const holder = { kind: 'role', name: roleName } as const
  return (
    <>
      <EntityPage
        what="role"
        title={roleName}
        list={LIST}
        description={role?.Description}
        asked={asked}
        actions={[
          { text: 'Edit', onPress: () => setOpen('edit') },
          { text: 'Delete', onPress: () => setOpen('delete') },
        ]}
        facts={(role) => [
          { label: 'ARN', value: <Copyable text={role.Arn} what="the ARN" /> },
          { label: 'Created', value: <TimeText seconds={role.CreateDate} /> },
          {
            label: 'Last activity',
            value: <Ago seconds={role.RoleLastUsed?.LastUsedDate} />,
          },
          {
            label: 'Maximum session duration',
            value: `${role.MaxSessionDuration / 3600} h`,
          },
        ]}
      >
        {(role) => (
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
                      arn={role.PermissionsBoundary?.PermissionsBoundaryArn}
                      onChanged={reload}
                    />
                  </SpaceBetween>
                ),
              },
              {
                id: 'trust',
                label: 'Trust relationships',
                content: (
                  <TrustPanel
                    roleName={roleName}
                    document={role.AssumeRolePolicyDocument}
                    onChanged={reload}
                  />
                ),
              },
              { id: 'reach', label: 'Reach', content: <ReachPanel arn={role.Arn} /> },
              {
                id: 'last-accessed',
                label: 'Last accessed',
                content: <LastAccessedPanel arn={role.Arn} />,
              },
              {
                id: 'sessions',
                label: 'Revoke sessions',
                content: <SessionsPanel holder={holder} />,
              },
              {
                id: 'tags',
                label: 'Tags',
                content: (
                  <TagsPanel
                    tags={role.Tags ?? []}
                    onSave={(change) => saveTags('Role', { RoleName: roleName }, change)}
                    onSaved={reload}
                  />
                ),
              },
            ]}
          />
        )}
      </EntityPage>
      {open === 'edit' && role !== undefined && (
        <EditRole
          role={role}
          onClose={() => setOpen(undefined)}
          onDone={() => {
            setOpen(undefined)
            reload()
          }}
        />
      )}
      {open === 'delete' && (
        <DeleteRole
          roleName={roleName}
          onClose={() => setOpen(undefined)}
          onDone={() =>
            void navigate('/iam/roles', { state: { said: `The role ${roleName} is deleted.` } })
          }
        />
      )}
    </>
  )
}
