import {
  ec2NotFound,
  endpointIdMalformed,
  invalidParameterValue,
} from '@fleetkey/domain/exceptions/ec2'
import type { Members } from '@fleetkey/wire/aws/validation'
import type { EndpointRow } from '../../store/endpoint-store.ts'
import type { Site } from './sites.ts'

// Members that several operations on endpoints have (EC2 API reference).

export function checkEndpointId(id: string): string {
  if (!/^eice-[0-9a-f]{1,32}$/.test(id)) throw endpointIdMalformed(id)
  return id
}

export function readIpAddressType(v: Members): EndpointRow['ipAddressType'] | undefined {
  const text = v.optionalString('IpAddressType')
  if (text === undefined || text === 'ipv4' || text === 'dualstack' || text === 'ipv6') return text
  throw invalidParameterValue(
    'IpAddressType is ipv4, dualstack or ipv6: which addresses of instances the endpoint leads to.',
  )
}

/** A host sees the address that the tunnel comes out at. Neither we nor an agent can put the client's there. */
export function refusePreservedIp(v: Members): void {
  if (v.optionalBoolean('PreserveClientIp') !== true) return
  throw invalidParameterValue(
    "PreserveClientIp cannot be true: hosts see the address of the control plane, or their own. The trail has the client's.",
  )
}

export const readSecurityGroupIds = (v: Members): readonly string[] =>
  v.stringList('SecurityGroupIds', { max: 16, each: { min: 1, max: 64 } })

/** Groups say who reaches hosts: an endpoint has the default one of its site. Throws InvalidGroup.NotFound for any other. */
export function checkSecurityGroups(ids: readonly string[], { securityGroupId }: Site): void {
  const other = ids.find((id) => id !== securityGroupId)
  if (other !== undefined) throw ec2NotFound('securityGroup', other)
}
