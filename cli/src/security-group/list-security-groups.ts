import type { ApiClient } from '../api/api-client.ts'
import {
  answersOf,
  asAnswer,
  numberOf,
  optionalTextOf,
  textOf,
  textsOf,
  unexpected,
  type Answer,
} from '../api/answer.ts'
import {
  DESCRIBE_MANAGED_PREFIX_LISTS,
  DESCRIBE_SECURITY_GROUP_RULES,
  DESCRIBE_SECURITY_GROUPS,
  type ApiOperation,
} from '../api/operations.ts'

/** A security group with its rules. */
export interface ListedGroup {
  readonly groupId: string
  readonly name: string
  readonly site: string
  readonly vpcId: string
  readonly description: string
  /** Undefined for the default group of a site, which neither observes nor enforces. */
  readonly mode: string | undefined
  readonly instanceIds: readonly string[]
  readonly tags: readonly { readonly key: string; readonly value: string }[]
  readonly rules: readonly ListedRule[]
}

export interface ListedRule {
  readonly ruleId: string
  readonly protocol: string
  readonly fromPort: number
  readonly toPort: number
  /** A range, `fleetkey` or `grant`. */
  readonly source: string
  readonly description: string | undefined
  /** `ssh-port`, `where-sshd-listens-there` or `no`. */
  readonly enforced: string
}

/** What people write for the prefix lists of the server. */
export const NAMED_SOURCES: ReadonlyMap<string, string> = new Map([
  ['fleetkey', 'fleetkey.control-plane'],
  ['grant', 'fleetkey.grant'],
])

/** Every group that the caller may see, all pages. */
export async function listSecurityGroups(
  api: Pick<ApiClient, 'call'>,
): Promise<readonly ListedGroup[]> {
  const groups = await allPages(api, DESCRIBE_SECURITY_GROUPS, 'SecurityGroups')
  const rules = await allPages(api, DESCRIBE_SECURITY_GROUP_RULES, 'SecurityGroupRules')
  const lists = await prefixListNames(api)
  return groups.map((group) => {
    const groupId = textOf(group, 'GroupId')
    const theirs = rules.filter((rule) => textOf(rule, 'GroupId') === groupId)
    return readGroup(
      group,
      theirs.map((rule) => readRule(rule, lists)),
    )
  })
}

/** By id: what people call it. */
async function prefixListNames(api: Pick<ApiClient, 'call'>): Promise<ReadonlyMap<string, string>> {
  const ids = await prefixListIds(api)
  return new Map([...ids].map(([name, id]) => [id, name]))
}

/** By what people call it. */
export async function prefixListIds(
  api: Pick<ApiClient, 'call'>,
): Promise<ReadonlyMap<string, string>> {
  const lists = await allPages(api, DESCRIBE_MANAGED_PREFIX_LISTS, 'PrefixLists')
  return new Map(
    [...NAMED_SOURCES].flatMap(([name, listName]) => {
      const found = lists.find((list) => textOf(list, 'PrefixListName') === listName)
      return found === undefined ? [] : [[name, textOf(found, 'PrefixListId')] as const]
    }),
  )
}

async function allPages(
  api: Pick<ApiClient, 'call'>,
  operation: ApiOperation,
  member: string,
): Promise<readonly Answer[]> {
  const found: Answer[] = []
  const tokens = new Set<string>()
  for (let token: string | undefined; ;) {
    const input = token === undefined ? {} : { NextToken: token }
    // oxlint-disable-next-line no-await-in-loop -- a page says where the next begins
    const answer = await api.call(operation, input)
    found.push(...answersOf(answer, member))
    token = optionalTextOf(answer, 'NextToken')
    if (token === undefined) return found
    // A page that leads back would be asked for without end.
    if (tokens.has(token)) throw unexpected('a list that leads back to itself')
    tokens.add(token)
  }
}

function readGroup(answer: Answer, rules: readonly ListedRule[]): ListedGroup {
  const ours = asAnswer(answer['Fleetkey'], 'Fleetkey of a group')
  return {
    groupId: textOf(answer, 'GroupId'),
    name: textOf(answer, 'GroupName'),
    site: textOf(ours, 'Site'),
    vpcId: textOf(answer, 'VpcId'),
    description: textOf(answer, 'Description'),
    mode: optionalTextOf(ours, 'Mode'),
    instanceIds: textsOf(ours, 'InstanceIds'),
    tags: answersOf(answer, 'Tags').map((tag) => ({
      key: textOf(tag, 'Key'),
      value: textOf(tag, 'Value'),
    })),
    rules,
  }
}

function readRule(answer: Answer, lists: ReadonlyMap<string, string>): ListedRule {
  const listId = optionalTextOf(answer, 'PrefixListId')
  const source =
    optionalTextOf(answer, 'CidrIpv4') ??
    optionalTextOf(answer, 'CidrIpv6') ??
    (listId === undefined ? undefined : (lists.get(listId) ?? listId))
  if (source === undefined) throw unexpected('a rule without a source')
  return {
    ruleId: textOf(answer, 'SecurityGroupRuleId'),
    protocol: textOf(answer, 'IpProtocol'),
    fromPort: numberOf(answer, 'FromPort'),
    toPort: numberOf(answer, 'ToPort'),
    source,
    description: optionalTextOf(answer, 'Description'),
    enforced: textOf(asAnswer(answer['Fleetkey'], 'Fleetkey of a rule'), 'Enforced'),
  }
}
