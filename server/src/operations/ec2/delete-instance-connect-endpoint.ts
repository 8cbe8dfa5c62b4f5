import { endpointArn } from '@fleetkey/domain/arn'
import { ec2NotFound } from '@fleetkey/domain/exceptions/ec2'
import { TUNNEL_CLOSE } from '@fleetkey/wire/tunnel/protocol'
import { ec2Operation } from './ec2-operation.ts'
import { checkEndpointId } from './endpoint-members.ts'
import { shownEndpoint } from './shown-endpoint.ts'
import { siteNamed } from './sites.ts'

/** From then on no tunnel is opened on it, and those that were end. EC2 API reference, "DeleteInstanceConnectEndpoint". */
export const deleteInstanceConnectEndpoint = ec2Operation<{ readonly endpointId: string }>({
  name: 'DeleteInstanceConnectEndpoint',
  action: 'ec2:DeleteInstanceConnectEndpoint',
  access: 'write',
  needs: ['InstanceConnectEndpointId'],

  parse: (v) => ({ endpointId: checkEndpointId(v.requiredString('InstanceConnectEndpointId')) }),

  async resources({ endpointId }, world) {
    const arn = endpointArn(world.realm, endpointId)
    const row = await world.store.endpoints.get(endpointId)
    if (row === undefined) return [{ arn }]
    const { subnetId } = siteNamed(row.site, world)
    return [{ arn, tags: row.tags, context: { 'ec2:SubnetID': subnetId } }]
  },

  trail: ({ endpointId }) => ({ requestParameters: { endpointId } }),

  async run({ endpointId }, world) {
    const { endpoints } = world.store
    const row = await endpoints.get(endpointId)
    if (row === undefined || !(await endpoints.remove(endpointId))) {
      throw ec2NotFound('endpoint', endpointId)
    }
    const text = 'its endpoint was deleted'
    world.tunnels.endThoseOf({ endpointId }, { code: TUNNEL_CLOSE.endpointDeleted, text })
    return { InstanceConnectEndpoint: shownEndpoint(row, world, 'delete-in-progress') }
  },
})
