import { securityGroupArn, vpcArn } from '@fleetkey/domain/arn'
import { ec2NotFound, invalidParameterValue } from '@fleetkey/domain/exceptions/ec2'
import {
  groupLimitExceeded,
  groupNameReserved,
  groupNameTaken,
} from '@fleetkey/domain/exceptions/security-groups'
import type { Tags } from '@fleetkey/domain/instance'
import { DEFAULT_SITE, vpcIdOf } from '@fleetkey/domain/site'
import type { SecurityGroup } from '@fleetkey/domain/security-group'
import { sha256Hex } from '../../../secrets/digests.ts'
import type { Resource, World } from '../../operation.ts'
import { ec2Operation } from '../ec2-operation.ts'
import { newId } from '../new-id.ts'
import { shownTags } from '../shown-tags.ts'
import { sitesInUse } from '../sites.ts'
import { readTagSpecifications, requestTagKeys } from '../tag-specifications.ts'
import { DEFAULT_GROUP_NAME } from './known-group.ts'
import { checkModeTag } from './mode-tag.ts'

interface Input {
  readonly name: string
  readonly description: string
  readonly vpcId: string | undefined
  readonly tags: Tags
}

/** EC2's quota of a region. */
const MAX_GROUPS = 2500
/** EC2 API reference: what names and descriptions of groups are made of. */
const TEXT = /^[A-Za-z0-9. _\-:/()#,@[\]+=&;{}!$*]{1,255}$/

/** Makes a group without rules in a site, the default one unless VpcId names another. EC2 API reference, "CreateSecurityGroup". */
export const createSecurityGroup = ec2Operation<Input>({
  name: 'CreateSecurityGroup',
  action: 'ec2:CreateSecurityGroup',
  access: 'write',
  needs: ['GroupName', 'Description'],

  parse(v) {
    const input = {
      name: v.requiredString('GroupName'),
      description: v.requiredString('Description'),
      vpcId: v.optionalString('VpcId', { max: 64 }),
      tags: readTagSpecifications(v, 'security-group'),
    }
    for (const [member, text] of Object.entries({
      GroupName: input.name,
      GroupDescription: input.description,
    })) {
      if (!TEXT.test(text)) {
        throw invalidParameterValue(
          `Invalid value for ${member}. It has 1 to 255 characters from the set a-z A-Z 0-9, blank and ._-:/()#,@[]+=&;{}!$*`,
        )
      }
    }
    if (input.name.startsWith('sg-')) {
      throw invalidParameterValue('Invalid value for GroupName: a name does not begin with sg-.')
    }
    checkModeTag(input.tags)
    return input
  },

  resources(input, world): readonly Resource[] {
    const { realm } = world
    const arn = securityGroupArn(realm, '*')
    return [
      { arn, context: { 'ec2:Vpc': vpcArn(realm, vpcIdIn(input, world)) } },
      { arn: vpcArn(realm, vpcIdIn(input, world)) },
      ...(Object.keys(input.tags).length === 0 ? [] : [{ arn, actions: ['ec2:CreateTags'] }]),
    ]
  },

  context: ({ tags }) => requestTagKeys(tags),

  trail: ({ name, description, vpcId, tags }) => ({
    requestParameters: { groupName: name, groupDescription: description, vpcId, tags },
  }),

  async run(input, call) {
    const { name, description, tags } = input
    const vpcId = vpcIdIn(input, call)
    const site = (await sitesInUse(call)).find((one) => one.vpcId === vpcId)
    if (site === undefined) throw ec2NotFound('vpc', vpcId)
    if (name === DEFAULT_GROUP_NAME) throw groupNameReserved(name)
    const { securityGroups } = call.store
    if ((await securityGroups.list()).length >= MAX_GROUPS) throw groupLimitExceeded(MAX_GROUPS)
    const group: SecurityGroup = {
      groupId: newId('sg'),
      site: site.name,
      name,
      description,
      createdAt: call.now(),
      tags,
      rules: [],
    }
    if (!(await securityGroups.create(group))) throw groupNameTaken(name, vpcId)
    return {
      GroupId: group.groupId,
      SecurityGroupArn: securityGroupArn(call.realm, group.groupId),
      Tags: shownTags(tags),
    }
  },
})

const vpcIdIn = ({ vpcId }: Input, { deployment }: Pick<World, 'deployment'>): string =>
  vpcId ?? vpcIdOf(deployment, DEFAULT_SITE, sha256Hex)
