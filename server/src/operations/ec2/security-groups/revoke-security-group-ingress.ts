import {
  ec2NotFound,
  invalidParameterCombination,
  missingParameter,
} from '@fleetkey/domain/exceptions/ec2'
import { permissionNotFound } from '@fleetkey/domain/exceptions/security-groups'
import { ruleKey } from '@fleetkey/domain/security-group'
import type { Call } from '../../operation.ts'
import { ec2Operation } from '../ec2-operation.ts'
import { recordedChange, tellHostsOf } from './hosts-told.ts'
import { lookUpRules, readIpPermissions, type AskedRule } from './ip-permissions.ts'
import {
  changeableGroup,
  groupResource,
  readGroupReference,
  type GroupReference,
  type KnownGroup,
} from './known-group.ts'
import { shownRule } from './shown-rules.ts'

interface Input {
  readonly group: GroupReference
  readonly asked: readonly AskedRule[]
  readonly ruleIds: readonly string[]
}

/**
 * Lets less in. Once the call has returned, no host that is connected takes a new connection by these rules; those that are away are
 * named in the answer, and have the new rules before anything else when they are back. EC2 API reference, "RevokeSecurityGroupIngress".
 */
export const revokeSecurityGroupIngress = ec2Operation<Input>({
  name: 'RevokeSecurityGroupIngress',
  action: 'ec2:RevokeSecurityGroupIngress',
  access: 'write',

  parse(v) {
    const input = {
      group: readGroupReference(v),
      asked: readIpPermissions(v),
      ruleIds: v.stringList('SecurityGroupRuleIds', { max: 1000, each: { max: 64 } }),
    }
    if (input.asked.length === 0 && input.ruleIds.length === 0) {
      throw missingParameter('IpPermissions')
    }
    if (input.asked.length > 0 && input.ruleIds.length > 0) {
      throw invalidParameterCombination(
        'The parameter securityGroupRuleIds cannot be used with the parameter ipPermissions',
      )
    }
    return input
  },

  resources: async ({ group }, world) => [await groupResource(group, world)],

  trail: ({ group, asked, ruleIds }) => ({
    requestParameters: { ...group, ipPermissions: asked, securityGroupRuleIds: ruleIds },
  }),

  trailAnswer: recordedChange,

  async run(input, call) {
    const group = await changeableGroup(input.group, call)
    const ruleIds = namedRules(input, group, call)
    const removed = await call.store.securityGroups.removeRules(group.groupId, ruleIds)
    if (removed === 'unknown') throw permissionNotFound()
    return {
      Return: true,
      UnknownIpPermissions: [],
      RevokedSecurityGroupRules: group.rules
        .filter(({ ruleId }) => ruleIds.includes(ruleId))
        .map((rule) => shownRule(group, rule, call)),
      Fleetkey: await tellHostsOf(group.groupId, call),
    }
  },
})

function namedRules({ asked, ruleIds }: Input, group: KnownGroup, call: Call): readonly string[] {
  const missing = ruleIds.find((id) => !group.rules.some(({ ruleId }) => ruleId === id))
  if (missing !== undefined) throw ec2NotFound('securityGroupRule', missing)
  const named = lookUpRules(asked, call).map((rule) => {
    const found = group.rules.find((one) => ruleKey(one) === ruleKey(rule))
    if (found === undefined) throw permissionNotFound()
    return found.ruleId
  })
  return [...new Set([...ruleIds, ...named])]
}
