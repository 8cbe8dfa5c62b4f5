import { coversPort } from '@fleetkey/domain/ingress-rule'
import type { RuleMatch, SecurityGroupRule } from '@fleetkey/domain/security-group'
import type { OutputStructure } from '@fleetkey/wire/aws/output'
import type { World } from '../../operation.ts'
import { shownTags } from '../shown-tags.ts'
import type { KnownGroup } from './known-group.ts'
import { prefixListIdOf } from './prefix-lists.ts'

type RuleWorld = Pick<World, 'deployment' | 'realm'>

/** EC2 API reference, "SecurityGroupRule"; and in a member of ours what becomes of it. */
export function shownRule(
  group: Pick<KnownGroup, 'groupId'>,
  rule: SecurityGroupRule,
  world: RuleWorld,
): OutputStructure {
  return {
    SecurityGroupRuleId: rule.ruleId,
    GroupId: group.groupId,
    GroupOwnerId: world.realm.accountId,
    IsEgress: false,
    IpProtocol: rule.protocol,
    FromPort: rule.fromPort,
    ToPort: rule.toPort,
    ...shownSource(rule, world),
    Description: rule.description === '' ? undefined : rule.description,
    Tags: shownTags(rule.tags),
    Fleetkey: { Enforced: enforcedPart(rule) },
  }
}

/** Agents look at connections to the port of sshd, and at nothing else; where sshd listens, each host knows. */
export function enforcedPart(rule: RuleMatch): 'ssh-port' | 'where-sshd-listens-there' | 'no' {
  if (rule.protocol === '-1') return 'ssh-port'
  if (rule.protocol !== 'tcp') return 'no'
  return coversPort(rule, 22) ? 'ssh-port' : 'where-sshd-listens-there'
}

function shownSource({ source }: RuleMatch, world: RuleWorld): OutputStructure {
  switch (source.kind) {
    case 'cidr':
      return source.cidr.family === 4
        ? { CidrIpv4: source.cidr.text }
        : { CidrIpv6: source.cidr.text }
    case 'control-plane':
    case 'grant':
      return { PrefixListId: prefixListIdOf(source.kind, world) }
  }
}

/** The rules of a group by protocol and ports. EC2 API reference, "IpPermission". */
export function shownPermissions(
  rules: readonly SecurityGroupRule[],
  world: RuleWorld,
): readonly OutputStructure[] {
  const byPorts = Map.groupBy(
    rules,
    ({ protocol, fromPort, toPort }) => `${protocol} ${fromPort} ${toPort}`,
  )
  return [...byPorts.values()].flatMap(([first, ...more]) =>
    first === undefined ? [] : [shownPermission([first, ...more], world)],
  )
}

function shownPermission(
  rules: readonly [SecurityGroupRule, ...SecurityGroupRule[]],
  world: RuleWorld,
): OutputStructure {
  const [{ protocol, fromPort, toPort }] = rules
  const described = (rule: SecurityGroupRule) =>
    rule.description === '' ? {} : { Description: rule.description }
  const ofFamily = (family: 4 | 6, member: string) =>
    rules.flatMap((rule) =>
      rule.source.kind === 'cidr' && rule.source.cidr.family === family
        ? [{ [member]: rule.source.cidr.text, ...described(rule) }]
        : [],
    )
  return {
    IpProtocol: protocol,
    ...(protocol === '-1' ? {} : { FromPort: fromPort, ToPort: toPort }),
    IpRanges: ofFamily(4, 'CidrIp'),
    Ipv6Ranges: ofFamily(6, 'CidrIpv6'),
    PrefixListIds: rules.flatMap((rule) =>
      rule.source.kind === 'cidr'
        ? []
        : [{ PrefixListId: prefixListIdOf(rule.source.kind, world), ...described(rule) }],
    ),
    UserIdGroupPairs: [],
  }
}
