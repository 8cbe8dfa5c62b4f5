import { MODE_TAG } from '@fleetkey/domain/security-group'
import { call } from '../../../api/call.ts'
import { attachGroups } from '../../security-groups/attach-groups.ts'
import type { ChangeTold } from '../../security-groups/hosts-told.ts'
import type { ListedGroup } from '../../security-groups/listed-group.ts'
import { NEW_RULE, permissionOf } from '../../security-groups/rule-draft.ts'
import type { ListedInstance } from '../listed-instance.ts'
import type { WantedGroups } from './wanted-instance.ts'

/** What was made for an instance already, kept over tries. */
export interface GivenGroups {
  groupId?: string
  hasRules?: boolean
}

/** Gives the instance its groups; one that is to be made is made first, once, however often it is tried. */
export async function giveGroups(
  instance: ListedInstance,
  wanted: Exclude<WantedGroups, { readonly kind: 'none' }>,
  { all, given }: { readonly all: readonly ListedGroup[]; readonly given: GivenGroups },
): Promise<ChangeTold> {
  if (wanted.kind === 'existing') {
    return await attachGroups(instance, { wanted: wanted.groupIds, all })
  }
  given.groupId ??= await createGroup(instance, wanted.isEnforced)
  if (given.hasRules !== true) {
    await call('ec2', 'AuthorizeSecurityGroupIngress', {
      GroupId: given.groupId,
      IpPermissions: permissionsFor(instance, wanted.source),
    })
    given.hasRules = true
  }
  return await attachGroups(instance, { wanted: [given.groupId], all })
}

async function createGroup(
  { instanceId, name, vpcId }: ListedInstance,
  isEnforced: boolean,
): Promise<string> {
  const { GroupId } = await call<{ readonly GroupId: string }>('ec2', 'CreateSecurityGroup', {
    GroupName: `${name ?? 'ssh'}-${instanceId}`,
    Description: `SSH to ${instanceId}`,
    VpcId: vpcId,
    ...(isEnforced && {
      TagSpecifications: [
        { ResourceType: 'security-group', Tags: [{ Key: MODE_TAG, Value: 'enforce' }] },
      ],
    }),
  })
  return GroupId
}

/** To the port where sshd is: from there, and from the control plane, which terminals of the console come from. */
export function permissionsFor(
  { facts }: Pick<ListedInstance, 'facts'>,
  source: Extract<WantedGroups, { readonly kind: 'new' }>['source'],
): readonly object[] {
  const ports = String(facts?.sshPort ?? 22)
  const rule = { ...NEW_RULE, type: ports === '22' ? 'ssh' : 'tcp', ports } as const
  return [
    permissionOf({ ...rule, ...source }),
    permissionOf({ ...rule, from: 'fleetkey', description: 'terminals of the console' }),
  ]
}
