import { call } from '../../api/call.ts'
import {
  readGroups,
  type GroupAnswer,
  type ListedGroup,
  type PrefixListAnswer,
  type RuleAnswer,
} from './listed-group.ts'

/** Every group that the person may see, with its rules. */
export const readAllGroups = (signal: AbortSignal): Promise<readonly ListedGroup[]> =>
  readWithRules({}, signal)

/** Those of these ids that there are, with their rules: however many others there are besides. */
export const readGroupsNamed = (
  groupIds: readonly string[],
  signal: AbortSignal,
): Promise<readonly ListedGroup[]> =>
  readWithRules({ Filters: [{ Name: 'group-id', Values: groupIds }] }, signal)

/** Those of a site, without their rules: what instances there can have. */
export const readGroupsOfSite = (
  vpcId: string,
  signal: AbortSignal,
): Promise<readonly ListedGroup[]> =>
  readWithoutRules({ Filters: [{ Name: 'vpc-id', Values: [vpcId] }] }, signal)

/** Those of all sites, without their rules. */
export const readGroupsOfSites = (signal: AbortSignal): Promise<readonly ListedGroup[]> =>
  readWithoutRules({}, signal)

interface GroupFilters {
  readonly Filters?: readonly { readonly Name: string; readonly Values: readonly string[] }[]
}

async function readWithoutRules(
  query: GroupFilters,
  signal: AbortSignal,
): Promise<readonly ListedGroup[]> {
  return readGroups({ groups: await askGroups(query, signal), rules: [], lists: [] })
}

async function readWithRules(
  query: GroupFilters,
  signal: AbortSignal,
): Promise<readonly ListedGroup[]> {
  const [groups, rules, lists] = await Promise.all([
    askGroups(query, signal),
    allPages<RuleAnswer>('DescribeSecurityGroupRules', {
      member: 'SecurityGroupRules',
      query,
      signal,
    }),
    allPages<PrefixListAnswer>('DescribeManagedPrefixLists', { member: 'PrefixLists', signal }),
  ])
  return readGroups({ groups, rules, lists })
}

const askGroups = (query: GroupFilters, signal: AbortSignal): Promise<readonly GroupAnswer[]> =>
  allPages<GroupAnswer>('DescribeSecurityGroups', { member: 'SecurityGroups', query, signal })

async function allPages<Row>(
  operation: string,
  asked: {
    readonly member: string
    readonly query?: GroupFilters
    readonly signal: AbortSignal
  },
): Promise<readonly Row[]> {
  const { member, query = {}, signal } = asked
  const found: Row[] = []
  const tokens = new Set<string>()
  for (let token: string | undefined; ;) {
    const input = token === undefined ? query : { ...query, NextToken: token }
    // oxlint-disable-next-line no-await-in-loop -- a page says where the next begins
    const answer = await call<
      Readonly<Record<string, readonly Row[]>> & { readonly NextToken?: string }
    >('ec2', operation, input, signal)
    found.push(...(answer[member] ?? []))
    token = answer.NextToken
    if (token === undefined) return found
    if (tokens.has(token)) throw new Error(`The list of ${operation} leads back to itself.`)
    tokens.add(token)
  }
}
