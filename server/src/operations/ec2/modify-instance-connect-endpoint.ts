import type { ContextValue } from '@fleetkey/iam/request-context'
import { endpointArn } from '@fleetkey/domain/arn'
import { ec2NotFound, missingParameter } from '@fleetkey/domain/exceptions/ec2'
import type { EndpointRow } from '../../store/endpoint-store.ts'
import type { Resource } from '../operation.ts'
import { ec2Operation } from './ec2-operation.ts'
import {
  checkEndpointId,
  checkSecurityGroups,
  readIpAddressType,
  readSecurityGroupIds,
  refusePreservedIp,
} from './endpoint-members.ts'
import { groupResources } from './security-groups/known-group.ts'
import { siteNamed } from './sites.ts'

interface Input {
  readonly endpointId: string
  readonly ipAddressType: EndpointRow['ipAddressType'] | undefined
  readonly securityGroupIds: readonly string[]
}

/** Changes what addresses an endpoint leads to. EC2 API reference, "ModifyInstanceConnectEndpoint". */
export const modifyInstanceConnectEndpoint = ec2Operation<Input>({
  name: 'ModifyInstanceConnectEndpoint',
  action: 'ec2:ModifyInstanceConnectEndpoint',
  access: 'write',
  needs: ['InstanceConnectEndpointId'],

  parse(v) {
    refusePreservedIp(v)
    const input: Input = {
      endpointId: checkEndpointId(v.requiredString('InstanceConnectEndpointId')),
      ipAddressType: readIpAddressType(v),
      securityGroupIds: readSecurityGroupIds(v),
    }
    if (attributesOf(input).length === 0) throw missingParameter('IpAddressType')
    return input
  },

  /** Once for each attribute that changes, as `ec2:Attribute` has it. */
  async resources(input, world): Promise<readonly Resource[]> {
    const row = await world.store.endpoints.get(input.endpointId)
    return [
      ...attributesOf(input).map(([name, value]) => ({
        arn: endpointArn(world.realm, input.endpointId),
        ...(row && { tags: row.tags }),
        context: { 'ec2:Attribute': name, [`ec2:Attribute/${name}`]: value },
      })),
      ...(await groupResources(input.securityGroupIds, world)),
    ]
  },

  trail: ({ endpointId, ipAddressType, securityGroupIds }) => ({
    requestParameters: { endpointId, ipAddressType, securityGroupIds },
  }),

  async run({ endpointId, ipAddressType, securityGroupIds }, world) {
    const { endpoints } = world.store
    const row = await endpoints.get(endpointId)
    if (row === undefined) throw ec2NotFound('endpoint', endpointId)
    checkSecurityGroups(securityGroupIds, siteNamed(row.site, world))
    const change = ipAddressType === undefined ? {} : { ipAddressType }
    if (!(await endpoints.update(endpointId, change))) throw ec2NotFound('endpoint', endpointId)
    return { Return: true }
  },
})

function attributesOf({ ipAddressType, securityGroupIds }: Input) {
  const attributes: readonly (readonly [string, ContextValue | undefined])[] = [
    ['IpAddressType', ipAddressType],
    ['SecurityGroupId', securityGroupIds.length === 0 ? undefined : securityGroupIds],
  ]
  return attributes.flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  )
}
