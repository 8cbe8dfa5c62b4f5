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
import { listOf } from '../api/holder.ts'
import { iam } from '../api/iam.ts'
import type { Role as RoleShape } from '../api/shapes.ts'
import { Ago } from '../parts/ago.tsx'
import { BoundaryPanel } from '../parts/boundary-panel.tsx'
import { LastAccessedPanel } from '../parts/last-accessed-panel.tsx'
import { PermissionsPanel } from '../parts/permissions-panel.tsx'
import { ReachPanel } from '../parts/reach-panel.tsx'
import { Refused } from '../parts/refused.tsx'
import { Said } from '../parts/said.tsx'
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
  const { value, refusal, reload } = useAnswer(`role ${roleName}`, (signal) =>
    iam<{ Role: RoleShape }>('GetRole', { RoleName: roleName }, signal),
  )
  const role = value?.Role
  const holder = { kind: 'role', name: roleName } as const
  return (
    <Page
      title={roleName}
      parents={[LIST]}
      description={role?.Description}
      actions={
        <SpaceBetween direction="horizontal" size="xs">
          <Button disabled={role === undefined} onClick={() => setOpen('edit')}>
            Edit
          </Button>
          <Button disabled={role === undefined} onClick={() => setOpen('delete')}>
            Delete
          </Button>
        </SpaceBetween>
      }
    >
      <SpaceBetween size="l">
        <Said />
        <Refused
          refusal={refusal}
          header="The role cannot be shown"
          notThere={{ what: 'role', list: LIST }}
          onRetry={reload}
        />
        {role === undefined ? (
          refusal === undefined && <Spinner />
        ) : (
          <>
            <Container>
              <KeyValuePairs
                columns={4}
                items={[
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
          </>
        )}
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
      </SpaceBetween>
    </Page>
  )
}
