import { iam, listAll } from '../api/iam.ts'
import type { AccessKey } from '../api/shapes.ts'
import { groupsOf, ownPolicies } from '../parts/held-policies.ts'

/** What goes with a user, in words: each a line. */
export async function whatHangsOnUser(
  UserName: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const input = { UserName }
  const [keys, devices, groups, policies, password] = await Promise.all([
    listAll<AccessKey>({ operation: 'ListAccessKeys', member: 'AccessKeyMetadata', input }, signal),
    listAll<object>({ operation: 'ListMFADevices', member: 'MFADevices', input }, signal),
    groupsOf(UserName, signal),
    ownPolicies({ kind: 'user', name: UserName }, signal),
    hasPassword(UserName, signal),
  ])
  const inline = policies.filter(({ arn }) => arn === undefined)
  return [
    ...(password ? ['the password'] : []),
    ...lines(keys, (key) => `access key ${key.AccessKeyId} (${key.Status.toLowerCase()})`),
    ...counted(devices.length, 'MFA device'),
    ...lines(groups, ({ GroupName }) => `membership of the group ${GroupName}`),
    ...lines(inline, ({ name }) => `inline policy ${name}`),
  ]
}

async function hasPassword(UserName: string, signal: AbortSignal): Promise<boolean> {
  const input = { UserName, OrNone: true }
  const { LoginProfile } = await iam<{ LoginProfile?: object }>('GetLoginProfile', input, signal)
  return LoginProfile !== undefined
}

const lines = <Item>(items: readonly Item[], say: (item: Item) => string) => items.map(say)

const counted = (count: number, noun: string) =>
  count === 0 ? [] : [`${count} ${noun}${count === 1 ? '' : 's'}`]
