import { securityGroupRuleArn } from '@fleetkey/domain/arn'
import { missingParameter } from '@fleetkey/domain/exceptions/ec2'
import { permissionDuplicate, ruleLimitExceeded } from '@fleetkey/domain/exceptions/security-groups'
import type { Tags } from '@fleetkey/domain/instance'
import {
  MAX_RULES_PER_GROUP,
  ruleKey,
  type SecurityGroupRule,
} from '@fleetkey/domain/security-group'
import type { Call } from '../../operation.ts'
import { ec2Operation } from '../ec2-operation.ts'
import { newId } from '../new-id.ts'
import { readTagSpecifications, requestTagKeys } from '../tag-specifications.ts'
import { recordedChange, refuseTooManyRules, tellHostsOf } from './hosts-told.ts'
import { lookUpRules, readIpPermissions, ruleText, type AskedRule } from './ip-permissions.ts'
import {
  changeableGroup,
  groupNotFound,
  groupResource,
  readGroupReference,
  type GroupReference,
  type KnownGroup,
} from './known-group.ts'
import { enforcedPart, shownRule } from './shown-rules.ts'

interface Input {
  readonly group: GroupReference
  readonly asked: readonly AskedRule[]
  readonly tags: Tags
}

/**
 * Lets more in: the rules are in force on the hosts that are connected once the call has returned. EC2 API reference,
 * "AuthorizeSecurityGroupIngress".
 */
export const authorizeSecurityGroupIngress = ec2Operation<Input>({
  name: 'AuthorizeSecurityGroupIngress',
  action: 'ec2:AuthorizeSecurityGroupIngress',
  access: 'write',

  parse(v) {
    const input = {
      group: readGroupReference(v),
      asked: readIpPermissions(v),
      tags: readTagSpecifications(v, 'security-group-rule'),
    }
    if (input.asked.length === 0) throw missingParameter('IpPermissions')
    return input
  },

  async resources({ group, tags }, world) {
    const tagged = { arn: securityGroupRuleArn(world.realm, '*'), actions: ['ec2:CreateTags'] }
    return [await groupResource(group, world), ...(Object.keys(tags).length === 0 ? [] : [tagged])]
  },

  context: ({ tags }) => requestTagKeys(tags),

  trail: ({ group, asked, tags }) => ({
    requestParameters: { ...group, ipPermissions: asked, tags },
  }),

  trailAnswer: recordedChange,

  async run({ group: reference, asked, tags }, call) {
    const group = await changeableGroup(reference, call)
    const rules = lookUpRules(asked, call).map((rule): SecurityGroupRule => ({
      ...rule,
      ruleId: newId('sgr'),
      tags,
    }))
    await refuseWhereTooMany(group, rules, call)
    switch (await call.store.securityGroups.addRules(group.groupId, rules)) {
      case 'added':
        return {
          Return: true,
          SecurityGroupRules: rules.map((rule) => shownRule(group, rule, call)),
          Fleetkey: {
            ...(await tellHostsOf(group.groupId, call)),
            ...warningOf(rules, call),
          },
        }
      case 'unknown':
        throw groupNotFound(reference)
      case 'duplicate':
        throw permissionDuplicate(firstKnown(group, rules))
      case 'full':
        throw ruleLimitExceeded(`A security group has at most ${MAX_RULES_PER_GROUP} rules.`)
    }
  },
})

function warningOf(rules: readonly SecurityGroupRule[], { controlPlaneRanges }: Call) {
  const texts = [
    ...(rules.some((rule) => enforcedPart(rule) !== 'ssh-port') ? [NOT_ENFORCED] : []),
    ...(rules.some(({ source }) => source.kind === 'control-plane') &&
    controlPlaneRanges().length === 0
      ? [NO_RANGES]
      : []),
  ]
  return texts.length === 0 ? {} : { Warning: texts.join(' ') }
}

const NO_RANGES =
  'The control plane does not know an address of its own yet, so this rule lets nobody in: name them in the setting egress.'

const NOT_ENFORCED =
  'Agents look at connections to sshd only: a rule for other ports is in force where sshd listens there, and else kept and shown, as one for other protocols is.'

/** With the other groups of each instance that has this one. */
async function refuseWhereTooMany(
  group: KnownGroup,
  added: readonly SecurityGroupRule[],
  call: Call,
): Promise<void> {
  const { securityGroups } = call.store
  const [all, attachments] = await Promise.all([
    securityGroups.list(),
    securityGroups.attachments(),
  ])
  const byId = new Map(all.map((one) => [one.groupId, one]))
  byId.set(group.groupId, { ...group, rules: [...group.rules, ...added] })
  const theirs = attachments.filter(({ groupIds }) => groupIds.includes(group.groupId))
  const sets = new Set([group.groupId, ...theirs.map(({ groupIds }) => groupIds.join(' '))])
  for (const ids of sets) {
    refuseTooManyRules(
      ids.split(' ').flatMap((id) => byId.get(id) ?? []),
      call,
    )
  }
}

function firstKnown(group: KnownGroup, rules: readonly SecurityGroupRule[]): string {
  const known = new Set(group.rules.map(ruleKey))
  const found = rules.find((rule) => known.has(ruleKey(rule))) ?? rules[0]
  return found === undefined ? '' : ruleText(found)
}
