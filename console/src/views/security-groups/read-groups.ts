import { call } from '../../api/call.ts'
import { patiently } from '../../api/patiently.ts'
import {
  readGroups,
  type GroupAnswer,
  type ListedGroup,
  type PrefixListAnswer,
  type RuleAnswer,
} from './listed-group.ts'

/** Every group that the person may see, with its rules. */
export async function readAllGroups(signal: AbortSignal): Promise<readonly ListedGroup[]> {
  const [groups, rules, lists] = await Promise.all([
    allPages<GroupAnswer>('DescribeSecurityGroups', 'SecurityGroups', signal),
    allPages<RuleAnswer>('DescribeSecurityGroupRules', 'SecurityGroupRules', signal),
    allPages<PrefixListAnswer>('DescribeManagedPrefixLists', 'PrefixLists', signal),
  ])
  return readGroups({ groups, rules, lists })
}

async function allPages<Row>(
  operation: string,
  member: string,
  signal: AbortSignal,
): Promise<readonly Row[]> {
  const found: Row[] = []
  const tokens = new Set<string>()
  for (let token: string | undefined; ;) {
    const input = token === undefined ? {} : { NextToken: token }
    // oxlint-disable-next-line no-await-in-loop -- a page says where the next begins
    const answer = await patiently(
      () =>
        call<Readonly<Record<string, readonly Row[]>> & { readonly NextToken?: string }>(
          'ec2',
          operation,
          input,
          signal,
        ),
      { signal },
    )
    found.push(...(answer[member] ?? []))
    token = answer.NextToken
    if (token === undefined) return found
    if (tokens.has(token)) throw new Error(`The list of ${operation} leads back to itself.`)
    tokens.add(token)
  }
}
