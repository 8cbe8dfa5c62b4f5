import { useAnswer } from '../../../api/use-answer.ts'
import { listAll } from '../api/iam.ts'
import type { Group, User } from '../api/shapes.ts'

/**
 * In which groups whom is, of everybody at once. IAM has no operation that tells it of many users, but each group tells its own: with so many
 * groups that is fewer calls than one for each user, and each call is on record. With more groups nobody is counted.
 */
const MOST_GROUPS = 30

/** Names of groups by the name of the user. Undefined until it is known, and where it may not be, or there are too many groups. */
export function useGroupsByUser(): ReadonlyMap<string, readonly string[]> | undefined {
  return useAnswer('groups by user', groupsByUser).value
}

async function groupsByUser(
  signal: AbortSignal,
): Promise<ReadonlyMap<string, readonly string[]> | undefined> {
  const groups = await listAll<Group>({ operation: 'ListGroups', member: 'Groups' }, signal)
  if (groups.length > MOST_GROUPS) return undefined
  const members = groups.map(async ({ GroupName }) => {
    const input = { GroupName }
    const users = await listAll<User>({ operation: 'GetGroup', member: 'Users', input }, signal)
    return users.map(({ UserName }) => [UserName, GroupName] as const)
  })
  const byUser = new Map<string, string[]>()
  for (const [user, group] of (await Promise.all(members)).flat()) {
    byUser.set(user, [...(byUser.get(user) ?? []), group])
  }
  return byUser
}
