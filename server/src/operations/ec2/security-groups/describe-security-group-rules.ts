import { ec2NotFound } from '@fleetkey/domain/exceptions/ec2'
import type { SecurityGroupRule } from '@fleetkey/domain/security-group'
import type { World } from '../../operation.ts'
import { describeList } from '../describe.ts'
import { listGroups, type KnownGroup } from './known-group.ts'
import { shownRule } from './shown-rules.ts'

interface Row {
  readonly group: KnownGroup
  readonly rule: SecurityGroupRule
}

/** EC2 API reference, "DescribeSecurityGroupRules". */
export const describeSecurityGroupRules = describeList<Row>({
  name: 'DescribeSecurityGroupRules',
  answer: 'SecurityGroupRules',
  rows,
  keyOf: ({ group, rule }) => `${group.groupId} ${rule.ruleId}`,
  paged: true,
  named: [
    {
      member: 'SecurityGroupRuleIds',
      of: ({ rule }) => rule.ruleId,
      notFound: (id) => ec2NotFound('securityGroupRule', id),
    },
  ],
  filterable: {
    names: {
      'group-id': ({ group }) => [group.groupId],
      'security-group-rule-id': ({ rule }) => [rule.ruleId],
    },
    tags: ({ rule }) => rule.tags,
  },
  show: ({ group, rule }, world) => shownRule(group, rule, world),
})

async function rows(world: World): Promise<readonly Row[]> {
  const groups = await listGroups(world)
  return groups.flatMap((group) => group.rules.map((rule) => ({ group, rule })))
}
