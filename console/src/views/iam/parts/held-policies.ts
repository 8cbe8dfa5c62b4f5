import { listAll } from '../api/iam.ts'
import { NOUNS, named, type Holder } from '../api/holder.ts'
import type { AttachedPolicy, Group } from '../api/shapes.ts'

/** A policy that somebody has, and where it hangs. */
export interface HeldPolicy {
  readonly name: string
  /** Of a managed policy; undefined for an inline one. */
  readonly arn: string | undefined
  readonly holder: Holder
}

/** Its own policies: attached ones, then inline ones. */
export async function ownPolicies(
  holder: Holder,
  signal: AbortSignal,
): Promise<readonly HeldPolicy[]> {
  const noun = NOUNS[holder.kind]
  const input = named(holder)
  const [attached, inline] = await Promise.all([
    listAll<AttachedPolicy>(
      { operation: `ListAttached${noun}Policies`, member: 'AttachedPolicies', input },
      signal,
    ),
    listAll<string>({ operation: `List${noun}Policies`, member: 'PolicyNames', input }, signal),
  ])
  return [
    ...attached.map(({ PolicyName, PolicyArn }) => ({ name: PolicyName, arn: PolicyArn, holder })),
    ...inline.map((name) => ({ name, arn: undefined, holder })),
  ]
}

/** Those that a user has by groups. */
export async function groupPolicies(
  userName: string,
  signal: AbortSignal,
): Promise<readonly HeldPolicy[]> {
  const groups = await groupsOf(userName, signal)
  const held = groups.map(({ GroupName }) =>
    ownPolicies({ kind: 'group', name: GroupName }, signal),
  )
  return (await Promise.all(held)).flat()
}

export async function groupsOf(userName: string, signal: AbortSignal): Promise<readonly Group[]> {
  const input = { UserName: userName }
  return await listAll<Group>({ operation: 'ListGroupsForUser', member: 'Groups', input }, signal)
}
