import { endpointArn, subnetArn } from '@fleetkey/domain/arn'
import {
  endpointLimitExceeded,
  idempotentParameterMismatch,
  invalidParameterCombination,
  missingParameter,
} from '@fleetkey/domain/exceptions/ec2'
import type { Tags } from '@fleetkey/domain/instance'
import type { Members } from '@fleetkey/wire/aws/validation'
import type { EndpointRow } from '../../store/endpoint-store.ts'
import type { Resource, World } from '../operation.ts'
import { ec2Operation } from './ec2-operation.ts'
import {
  checkSecurityGroups,
  readIpAddressType,
  readSecurityGroupIds,
  refusePreservedIp,
} from './endpoint-members.ts'
import { newId } from './new-id.ts'
import { groupResources } from './security-groups/known-group.ts'
import { shownEndpoint } from './shown-endpoint.ts'
import { siteOfSubnet } from './site-of-subnet.ts'
import { siteNamed, type Site } from './sites.ts'
import { readTagSpecifications, requestTagKeys } from './tag-specifications.ts'

interface Input {
  /** The place: by its subnet, as AWS's clients know it, or by its name, also one that no instance is in yet. */
  readonly place: { readonly subnetId: string } | { readonly site: string }
  readonly securityGroupIds: readonly string[]
  readonly ipAddressType: EndpointRow['ipAddressType'] | undefined
  readonly clientToken: string | undefined
  readonly tags: Tags
}

/**
 * Gives a site its endpoint, on which tunnels to its instances are opened. It is there at once. `Site` is a member of ours.
 * EC2 API reference, "CreateInstanceConnectEndpoint".
 */
export const createInstanceConnectEndpoint = ec2Operation<Input>({
  name: 'CreateInstanceConnectEndpoint',
  action: 'ec2:CreateInstanceConnectEndpoint',
  access: 'write',

  parse(v) {
    refusePreservedIp(v)
    return {
      place: readPlace(v),
      securityGroupIds: readSecurityGroupIds(v),
      ipAddressType: readIpAddressType(v),
      clientToken: v.optionalString('ClientToken', { min: 1, max: 64 }),
      tags: readTagSpecifications(v, 'instance-connect-endpoint'),
    }
  },

  async resources(input, world): Promise<readonly Resource[]> {
    const { realm } = world
    const arn = endpointArn(realm, '*')
    return [
      { arn },
      { arn: subnetArn(realm, subnetIdOf(input, world)) },
      ...(await groupResources(input.securityGroupIds, world)),
      ...(Object.keys(input.tags).length === 0 ? [] : [{ arn, actions: ['ec2:CreateTags'] }]),
    ]
  },

  context: (input, world) => ({
    ...requestTagKeys(input.tags),
    'ec2:SubnetID': subnetIdOf(input, world),
  }),

  trail: ({ place, securityGroupIds, ipAddressType, clientToken, tags }) => ({
    requestParameters: { ...place, securityGroupIds, ipAddressType, clientToken, tags },
  }),

  async run(input, call) {
    const { store, now } = call
    const site = await siteOfPlace(input, call)
    checkSecurityGroups(input.securityGroupIds, site)
    const { clientToken } = input
    const earlier = await endpointMadeWith(clientToken, store)
    if (earlier !== undefined) {
      if (earlier.site !== site.name) throw idempotentParameterMismatch()
      return answer(earlier, call)
    }
    const row: EndpointRow = {
      endpointId: newId('eice'),
      site: site.name,
      createdAt: now(),
      ...(clientToken !== undefined && { clientToken }),
      tags: input.tags,
      ipAddressType: input.ipAddressType ?? 'dualstack',
      securityGroupIds: [site.securityGroupId],
    }
    if (await store.endpoints.create(row)) return answer(row, call)
    // The same call may have come twice at once.
    const standing = await endpointMadeWith(clientToken, store)
    if (standing?.site !== site.name) throw endpointLimitExceeded(site.name)
    return answer(standing, call)
  },
})

function readPlace(v: Members): Input['place'] {
  const subnetId = v.optionalString('SubnetId', { min: 1, max: 64 })
  const site = v.optionalString('Site', { min: 1, max: 256 })
  if (subnetId !== undefined && site !== undefined) {
    throw invalidParameterCombination('SubnetId and Site say the same thing: give one of them.')
  }
  if (subnetId !== undefined) return { subnetId }
  if (site !== undefined) return { site }
  throw missingParameter('SubnetId')
}

function subnetIdOf({ place }: Input, world: World): string {
  return 'subnetId' in place ? place.subnetId : siteNamed(place.site, world).subnetId
}

async function siteOfPlace({ place }: Input, world: World): Promise<Site> {
  return 'subnetId' in place
    ? await siteOfSubnet(place.subnetId, world)
    : siteNamed(place.site, world)
}

async function endpointMadeWith(
  clientToken: string | undefined,
  { endpoints }: Pick<World['store'], 'endpoints'>,
): Promise<EndpointRow | undefined> {
  if (clientToken === undefined) return undefined
  return (await endpoints.list()).find((row) => row.clientToken === clientToken)
}

function answer(row: EndpointRow, world: World): object {
  return { InstanceConnectEndpoint: shownEndpoint(row, world), ClientToken: row.clientToken }
}
