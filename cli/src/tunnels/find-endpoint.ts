import type { ApiClient } from '../api/api-client.ts'
import { answersOf, optionalTextOf, textOf } from '../api/answer.ts'
import { DESCRIBE_INSTANCE_CONNECT_ENDPOINTS } from '../api/operations.ts'
import { Failure } from '../failure.ts'
import type { ListedInstance } from '../instance/list-instances.ts'

/** In which an endpoint takes tunnels, as AWS's CLI asks for them. */
const OPEN_STATES = ['create-complete', 'update-in-progress', 'update-failed', 'update-complete']

/** The endpoint of the instance's network; with several, that of its own subnet goes before. As AWS's CLI chooses. */
export async function findEndpoint(
  api: Pick<ApiClient, 'call'>,
  { instanceId, vpcId, subnetId }: Pick<ListedInstance, 'instanceId' | 'vpcId' | 'subnetId'>,
  signal?: AbortSignal,
): Promise<string> {
  if (vpcId === undefined) {
    throw new Failure('noWay', `The server does not say in which network ${instanceId} is.`, {
      why: ['a server that knows no tunnels answers so'],
      todo: ['Upgrade the server, or reach the instance directly: --via direct'],
    })
  }
  const found: { readonly id: string; readonly subnetId: string | undefined }[] = []
  let token: string | undefined
  do {
    const answer = await api.call(
      DESCRIBE_INSTANCE_CONNECT_ENDPOINTS,
      {
        Filters: [
          { Name: 'state', Values: OPEN_STATES },
          { Name: 'vpc-id', Values: [vpcId] },
        ],
        ...(token === undefined ? {} : { NextToken: token }),
      },
      signal,
    )
    for (const endpoint of answersOf(answer, 'InstanceConnectEndpoints')) {
      const id = textOf(endpoint, 'InstanceConnectEndpointId')
      if (isEndpointId(id)) found.push({ id, subnetId: optionalTextOf(endpoint, 'SubnetId') })
    }
    token = optionalTextOf(answer, 'NextToken')
  } while (token)
  const [first] = found
  if (!first) throw noEndpoint(instanceId, vpcId)
  return (found.find((endpoint) => endpoint.subnetId === subnetId) ?? first).id
}

export function isEndpointId(text: string): boolean {
  return /^eice-[0-9a-f]{1,40}$/.test(text)
}

function noEndpoint(instanceId: string, vpcId: string): Failure {
  return new Failure('noWay', `No endpoint leads to ${instanceId}.`, {
    why: [`its network ${vpcId} has none (or policies do not let you see it)`],
    todo: [
      'Ask an administrator to make one: fleetkey endpoints create',
      `See which there are: fleetkey endpoints list`,
    ],
  })
}
