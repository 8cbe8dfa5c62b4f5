/** A security group with its rules. */
export interface ListedGroup {
  readonly groupId: string
  readonly name: string
  readonly site: string
  readonly vpcId: string
  readonly description: string
  /** Undefined for the default group of a site, which neither observes nor enforces. */
  readonly mode: GroupMode | undefined
  readonly instanceIds: readonly string[]
  readonly tags: ReadonlyMap<string, string>
  readonly rules: readonly ListedRule[]
}

export type GroupMode = 'observe' | 'enforce'

export interface ListedRule {
  readonly ruleId: string
  readonly groupId: string
  /** `tcp`, `udp`, `icmp`, `icmpv6` or `-1`. */
  readonly protocol: string
  readonly fromPort: number
  readonly toPort: number
  /** A range, `fleetkey` (the control plane) or `grant` (whoever pushes a key). */
  readonly source: string
  readonly description: string
  readonly enforced: string
}

/** The prefix lists of the control plane, by what people call them. */
export const NAMED_SOURCES: ReadonlyMap<string, string> = new Map([
  ['fleetkey', 'fleetkey.control-plane'],
  ['grant', 'fleetkey.grant'],
])

export interface GroupAnswer {
  readonly GroupId: string
  readonly GroupName: string
  readonly Description: string
  readonly VpcId: string
  readonly Tags?: readonly { readonly Key: string; readonly Value: string }[]
  readonly Fleetkey: {
    readonly Site: string
    readonly Mode?: GroupMode
    readonly InstanceIds?: readonly string[]
  }
}

export interface RuleAnswer {
  readonly SecurityGroupRuleId: string
  readonly GroupId: string
  readonly IpProtocol: string
  readonly FromPort: number
  readonly ToPort: number
  readonly CidrIpv4?: string
  readonly CidrIpv6?: string
  readonly PrefixListId?: string
  readonly Description?: string
  readonly Fleetkey: { readonly Enforced: string }
}

export interface PrefixListAnswer {
  readonly PrefixListId: string
  readonly PrefixListName: string
}

/** Groups with their rules, in the order of the groups. */
export function readGroups(answers: {
  readonly groups: readonly GroupAnswer[]
  readonly rules: readonly RuleAnswer[]
  readonly lists: readonly PrefixListAnswer[]
}): readonly ListedGroup[] {
  const named = new Map(
    answers.lists.map((list) => [list.PrefixListId, calledSource(list.PrefixListName)]),
  )
  const rules = Map.groupBy(answers.rules, ({ GroupId }) => GroupId)
  return answers.groups.map((group) => ({
    groupId: group.GroupId,
    name: group.GroupName,
    site: group.Fleetkey.Site,
    vpcId: group.VpcId,
    description: group.Description,
    mode: group.Fleetkey.Mode,
    instanceIds: group.Fleetkey.InstanceIds ?? [],
    tags: new Map((group.Tags ?? []).map(({ Key, Value }) => [Key, Value])),
    rules: (rules.get(group.GroupId) ?? []).map((rule) => readRule(rule, named)),
  }))
}

function readRule(answer: RuleAnswer, named: ReadonlyMap<string, string>): ListedRule {
  const list = answer.PrefixListId
  return {
    ruleId: answer.SecurityGroupRuleId,
    groupId: answer.GroupId,
    protocol: answer.IpProtocol,
    fromPort: answer.FromPort,
    toPort: answer.ToPort,
    source:
      answer.CidrIpv4 ?? answer.CidrIpv6 ?? (list === undefined ? '' : (named.get(list) ?? list)),
    description: answer.Description ?? '',
    enforced: answer.Fleetkey.Enforced,
  }
}

function calledSource(listName: string): string {
  return [...NAMED_SOURCES].find(([, name]) => name === listName)?.[0] ?? listName
}
