import { iam, listAll } from '../api/iam.ts'
import type { User } from '../api/shapes.ts'
import { ConfirmDelete } from '../parts/confirm-delete.tsx'
import { Consequences } from '../parts/consequences.tsx'
import { ownPolicies } from '../parts/held-policies.ts'

/** Deletes a group; its users stay. */
export function DeleteGroup({
  groupName: GroupName,
  onDone,
  onClose,
}: {
  readonly groupName: string
  readonly onDone: () => void
  readonly onClose: () => void
}) {
  return (
    <ConfirmDelete
      name={GroupName}
      what="user group"
      consequences={
        <Consequences
          of={`group ${GroupName}`}
          means="With it goes what hangs on it:"
          ask={(signal) => whatHangsOn(GroupName, signal)}
        />
      }
      onDelete={() => iam('DeleteGroup', { GroupName, Force: true })}
      onDone={onDone}
      onClose={onClose}
    />
  )
}

async function whatHangsOn(GroupName: string, signal: AbortSignal): Promise<readonly string[]> {
  const [users, policies] = await Promise.all([
    listAll<User>({ operation: 'GetGroup', member: 'Users', input: { GroupName } }, signal),
    ownPolicies({ kind: 'group', name: GroupName }, signal),
  ])
  return [
    ...users.map(
      ({ UserName }) => `membership of ${UserName}, with what the group allows or denies them`,
    ),
    ...policies.flatMap(({ name, arn }) => (arn === undefined ? [`inline policy ${name}`] : [])),
  ]
}
