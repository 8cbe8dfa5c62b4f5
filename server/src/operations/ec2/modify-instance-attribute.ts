import { instanceArn } from '@fleetkey/domain/arn'
import { attachedGroupLimitExceeded } from '@fleetkey/domain/exceptions/security-groups'
import {
  instanceIdMalformed,
  instanceIdNotFound,
  invalidParameterCombination,
  invalidParameterValue,
  missingParameter,
} from '@fleetkey/domain/exceptions/ec2'
import { siteOf } from '@fleetkey/domain/site'
import { MAX_GROUPS_PER_INSTANCE } from '@fleetkey/domain/security-group'
import type { Asker, Call, Resource } from '../operation.ts'
import { ec2Operation } from './ec2-operation.ts'
import { isInstanceId } from './instance-ids.ts'
import { recordedChange, refuseTooManyRules, shownHosts } from './security-groups/hosts-told.ts'
import {
  checkGroupId,
  groupNotFound,
  groupResources,
  listGroups,
  type KnownGroup,
} from './security-groups/known-group.ts'

interface Input {
  readonly instanceId: string
  readonly groupIds: readonly string[]
}

/**
 * The security groups of an instance, in place of those before. It is an action of its own, asked for on the instance, on each group that
 * it gets and on each that it loses: either way it may let in more than before. EC2 API reference, "ModifyInstanceAttribute".
 */
export const modifyInstanceAttribute = ec2Operation<Input>({
  name: 'ModifyInstanceAttribute',
  action: 'ec2:ModifyInstanceAttribute',
  access: 'write',
  needs: ['InstanceId'],

  parse(v) {
    const instanceId = v.requiredString('InstanceId')
    if (!isInstanceId(instanceId)) throw instanceIdMalformed(instanceId)
    const groupIds = [...new Set(v.stringList('Groups', { max: 100 }).map(checkGroupId))]
    if (groupIds.length === 0) throw missingParameter('GroupId')
    return { instanceId, groupIds }
  },

  async resources({ instanceId, groupIds }, asker): Promise<readonly Resource[]> {
    const found = await find(instanceId, asker)
    const had = await asker.store.securityGroups.groupsOf(instanceId)
    const touched = new Set([...groupIds, ...had.map(({ groupId }) => groupId)])
    return [
      {
        arn: instanceArn(asker.realm, instanceId),
        ...(found && { tags: found.tags }),
        context: { 'ec2:Attribute': 'GroupSet', 'ec2:Attribute/GroupSet': groupIds },
      },
      ...(await groupResources([...touched], asker)),
    ]
  },

  trail: ({ instanceId, groupIds }) => ({
    requestParameters: { instanceId, groupSet: groupIds },
    instanceId,
  }),

  trailAnswer: recordedChange,

  async run({ instanceId, groupIds }, call) {
    const found = await find(instanceId, call)
    if (found === undefined) throw instanceIdNotFound(instanceId)
    const groups = await groupsNamed(groupIds, siteOf(found.tags), call)
    const made = groups.filter(({ isDefault }) => !isDefault)
    refuseTooManyRules(made, call)
    const attached = await call.store.securityGroups.attach(
      instanceId,
      made.map(({ groupId }) => groupId),
    )
    // Deleted since it was found.
    if (!attached) throw groupNotFound({ groupId: groupIds[0] ?? '' })
    return { Return: true, Fleetkey: shownHosts(await call.hostRules.tellAll([instanceId])) }
  },
})

async function find(instanceId: string, { store, now }: Asker) {
  return (
    (await store.instances.get(instanceId)) ?? (await store.pendingInstances.get(instanceId, now()))
  )
}

/** Groups of the instance's own site, or the default one alone, which is what it has without any. */
export async function groupsNamed(
  groupIds: readonly string[],
  site: string,
  call: Pick<Call, 'store' | 'deployment' | 'now'>,
): Promise<readonly KnownGroup[]> {
  if (groupIds.length > MAX_GROUPS_PER_INSTANCE) {
    throw attachedGroupLimitExceeded(MAX_GROUPS_PER_INSTANCE)
  }
  const all = new Map((await listGroups(call)).map((group) => [group.groupId, group]))
  const groups = groupIds.map((groupId) => {
    const group = all.get(groupId)
    if (group === undefined) throw groupNotFound({ groupId })
    return group
  })
  const elsewhere = groups.find((group) => group.site !== site)
  if (elsewhere !== undefined) {
    throw invalidParameterValue(
      `You have specified two resources that belong to different networks: the group ${elsewhere.groupId} is of site '${elsewhere.site}', the instance of site '${site}'.`,
    )
  }
  if (groups.length > 1 && groups.some(({ isDefault }) => isDefault)) {
    throw invalidParameterCombination(
      'The default group lets everything in. Name it alone, or leave it out.',
    )
  }
  return groups
}
