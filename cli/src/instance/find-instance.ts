import { isIP } from 'node:net'
import { INSTANCE_ID_PATTERN, tagProblem } from '@fleetkey/domain/instance'
import { listInstances, type InstanceQuery, type ListedInstance } from './list-instances.ts'
import type { ApiClient } from '../api/api-client.ts'
import { Failure } from '../failure.ts'

/** The one instance that a person means by an id, a Name tag or an address. One DescribeInstances call. */
export async function findInstance(
  api: Pick<ApiClient, 'call'>,
  meant: string,
  signal?: AbortSignal,
): Promise<ListedInstance> {
  const [only, ...others] = await listInstances(api, queryFor(meant), signal)
  if (!only) throw notFound(meant)
  if (others.length > 0) throw ambiguous(meant, [only, ...others])
  return only
}

/** How to ask for it. The text is compared by the server, never run or expanded. */
export function queryFor(meant: string): InstanceQuery {
  if (isInstanceId(meant)) return { InstanceIds: [meant] }
  switch (isIP(meant)) {
    case 4:
      return { Filters: [{ Name: 'private-ip-address', Values: [meant] }] }
    case 6:
      return { Filters: [{ Name: 'ipv6-address', Values: [meant] }] }
    default:
      // EC2 filters read * and ? as wildcards: no tag can hold them, so no name does.
      if (tagProblem('Name', meant) !== undefined) throw notFound(meant)
      return { Filters: [{ Name: 'tag:Name', Values: [meant] }] }
  }
}

export function isInstanceId(text: string): boolean {
  return text.length >= 10 && text.length <= 32 && INSTANCE_ID_PATTERN.test(text)
}

function notFound(meant: string): Failure {
  return new Failure('notFound', `No instance is called "${meant}".`, {
    why: ['it was looked for as an instance id, an address and a Name tag'],
    todo: ['See what there is with: fleetkey instances'],
  })
}

function ambiguous(meant: string, found: readonly ListedInstance[]): Failure {
  return new Failure('ambiguous', `"${meant}" fits ${found.length} instances.`, {
    todo: [
      'Use the id of the one you mean:',
      ...found
        .slice(0, 20)
        .map(
          (i) => `  ${i.instanceId}  ${i.address4 ?? i.address6 ?? ''}  ${i.facts?.hostname ?? ''}`,
        ),
    ],
  })
}
