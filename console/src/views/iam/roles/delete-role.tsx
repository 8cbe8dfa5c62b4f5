import { iam, listAll } from '../api/iam.ts'
import { ConfirmDelete } from '../parts/confirm-delete.tsx'
import { Consequences } from '../parts/consequences.tsx'
import { ownPolicies } from '../parts/held-policies.ts'

/** Deletes a role; its sessions end. */
export function DeleteRole({
  roleName: RoleName,
  onDone,
  onClose,
}: {
  readonly roleName: string
  readonly onDone: () => void
  readonly onClose: () => void
}) {
  return (
    <ConfirmDelete
      name={RoleName}
      what="role"
      consequences={
        <Consequences of={`role ${RoleName}`} ask={(signal) => whatHangsOn(RoleName, signal)} />
      }
      onDelete={() => iam('DeleteRole', { RoleName, Force: true })}
      onDone={onDone}
      onClose={onClose}
    />
  )
}

async function whatHangsOn(RoleName: string, signal: AbortSignal): Promise<readonly string[]> {
  const input = { RoleName }
  const [policies, profiles] = await Promise.all([
    ownPolicies({ kind: 'role', name: RoleName }, signal),
    listAll<{ readonly InstanceProfileName: string }>(
      { operation: 'ListInstanceProfilesForRole', member: 'InstanceProfiles', input },
      signal,
    ),
  ])
  return [
    ...policies.flatMap(({ name, arn }) => (arn === undefined ? [`inline policy ${name}`] : [])),
    ...profiles.map(
      ({ InstanceProfileName }) => `its place in the instance profile ${InstanceProfileName}`,
    ),
  ]
}
