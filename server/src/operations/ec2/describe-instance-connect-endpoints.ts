import { ec2NotFound, invalidParameterCombination } from '@fleetkey/domain/exceptions/ec2'
import type { EndpointRow } from '../../store/endpoint-store.ts'
import type { World } from '../operation.ts'
import { describeList } from './describe.ts'
import { checkEndpointId } from './endpoint-members.ts'
import { shownEndpoint } from './shown-endpoint.ts'
import { siteNamed, type Site } from './sites.ts'

interface Row {
  readonly endpoint: EndpointRow
  readonly site: Site
}

/** The endpoints of all sites. EC2 API reference, "DescribeInstanceConnectEndpoints". */
export const describeInstanceConnectEndpoints = describeList<Row>({
  name: 'DescribeInstanceConnectEndpoints',
  answer: 'InstanceConnectEndpoints',
  rows,
  keyOf: ({ endpoint }) => endpoint.endpointId,
  paged: true,
  named: [
    {
      member: 'InstanceConnectEndpointIds',
      of: ({ endpoint }) => endpoint.endpointId,
      notFound: (id) => ec2NotFound('endpoint', id),
    },
  ],
  also(v) {
    const ids = v.stringList('InstanceConnectEndpointIds')
    for (const id of ids) checkEndpointId(id)
    if (ids.length > 0 && v.optionalInteger('MaxResults') !== undefined) {
      throw invalidParameterCombination(
        'The parameter instanceConnectEndpointIds cannot be used with the parameter maxResults',
      )
    }
  },
  filterable: {
    tags: ({ endpoint }) => endpoint.tags,
    names: {
      'instance-connect-endpoint-id': ({ endpoint }) => [endpoint.endpointId],
      // There is no other: one is made, changed and deleted at once.
      state: () => ['create-complete'],
      'subnet-id': ({ site }) => [site.subnetId],
      'vpc-id': ({ site }) => [site.vpcId],
    },
  },
  show: ({ endpoint }, world) => shownEndpoint(endpoint, world),
})

async function rows(world: World): Promise<readonly Row[]> {
  const all = await world.store.endpoints.list()
  return all.map((endpoint) => ({ endpoint, site: siteNamed(endpoint.site, world) }))
}
