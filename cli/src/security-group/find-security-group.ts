import type { ApiClient } from '../api/api-client.ts'
import { Failure } from '../failure.ts'
import { listSecurityGroups, type ListedGroup } from './list-security-groups.ts'

/** The one group that a person means by an id or a name. */
export async function findSecurityGroup(
  api: Pick<ApiClient, 'call'>,
  meant: string,
): Promise<ListedGroup> {
  const all = await listSecurityGroups(api)
  const [only, ...others] = all.filter(({ groupId, name }) => groupId === meant || name === meant)
  if (only === undefined) {
    throw new Failure('notFound', `No security group is called "${meant}".`, {
      why: ['it was looked for as the id and as the name of a group'],
      todo: ['See what there is with: fleetkey security-groups'],
    })
  }
  if (others.length > 0) {
    throw new Failure('ambiguous', `"${meant}" fits ${others.length + 1} security groups.`, {
      todo: [
        'Use the id of the one you mean:',
        ...[only, ...others].map(({ groupId, site }) => `  ${groupId}  of site ${site}`),
      ],
    })
  }
  return only
}
