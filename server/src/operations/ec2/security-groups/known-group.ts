import { securityGroupArn, vpcArn } from '@fleetkey/domain/arn'
import { parseCidr, type Cidr } from '@fleetkey/domain/cidr'
import { defaultGroupStays, groupIdMalformed } from '@fleetkey/domain/exceptions/security-groups'
import {
  ec2NotFound,
  invalidParameterCombination,
  missingParameter,
} from '@fleetkey/domain/exceptions/ec2'
import { DEFAULT_SITE } from '@fleetkey/domain/site'
import type { SecurityGroup } from '@fleetkey/domain/security-group'
import type { Members } from '@fleetkey/wire/aws/validation'
import { sha256Hex } from '../../../secrets/digests.ts'
import type { Resource, World } from '../../operation.ts'
import { siteNamed, sitesInUse, type Site } from '../sites.ts'

/** A group as requests find it: one that somebody made, or the default one of a site. */
export interface KnownGroup extends SecurityGroup {
  readonly isDefault: boolean
  readonly in: Site
}

export const DEFAULT_GROUP_NAME = 'default'

/** What is so without any group: our table is not even there. */
const DEFAULT_DESCRIPTION = 'Lets in what the firewalls of hosts and networks let in'

type GroupWorld = Pick<World, 'store' | 'deployment' | 'now'>

/** The default groups of all sites, then those that were made. */
export async function listGroups(world: GroupWorld): Promise<readonly KnownGroup[]> {
  const [sites, made] = await Promise.all([sitesInUse(world), world.store.securityGroups.list()])
  return [...sites.map(defaultGroupOf), ...made.map((group) => madeGroup(group, world))]
}

const madeGroup = (group: SecurityGroup, world: GroupWorld): KnownGroup => ({
  ...group,
  isDefault: false,
  in: siteNamed(group.site, world),
})

export function defaultGroupOf(site: Site): KnownGroup {
  const rule = (text: string) => ({
    ruleId: `sgr-${sha256Hex(`fleetkey-default-rule-v1\n${site.securityGroupId}\n${text}`).slice(0, 17)}`,
    protocol: '-1' as const,
    fromPort: -1,
    toPort: -1,
    source: { kind: 'cidr' as const, cidr: everywhere(text) },
    description: '',
    tags: {},
  })
  return {
    groupId: site.securityGroupId,
    site: site.name,
    name: DEFAULT_GROUP_NAME,
    description: DEFAULT_DESCRIPTION,
    createdAt: 0,
    tags: { Name: site.name },
    rules: [rule('0.0.0.0/0'), rule('::/0')],
    isDefault: true,
    in: site,
  }
}

function everywhere(text: string): Cidr {
  const cidr = parseCidr(text)
  if (cidr === undefined) throw new Error(text)
  return cidr
}

/** How requests name a group: by its id or, in the default site, by its name. */
export type GroupReference = { readonly groupId: string } | { readonly groupName: string }

export function readGroupReference(v: Members): GroupReference {
  const groupId = v.optionalString('GroupId', { max: 64 })
  const groupName = v.optionalString('GroupName', { max: 255 })
  if (groupId !== undefined && groupName !== undefined) {
    throw invalidParameterCombination(
      'The parameter groupName cannot be used with the parameter groupId',
    )
  }
  if (groupId !== undefined) return { groupId: checkGroupId(groupId) }
  if (groupName !== undefined) return { groupName }
  throw missingParameter('GroupId')
}

export function checkGroupId(id: string): string {
  if (!/^sg-[0-9a-f]{8,17}$/.test(id)) throw groupIdMalformed(id)
  return id
}

export async function findGroup(
  reference: GroupReference,
  world: GroupWorld,
): Promise<KnownGroup | undefined> {
  if ('groupName' in reference) {
    const groups = await listGroups(world)
    return groups.find(({ site, name }) => site === DEFAULT_SITE && name === reference.groupName)
  }
  const made = await world.store.securityGroups.get(reference.groupId)
  if (made !== undefined) return madeGroup(made, world)
  // Which sites there are is known by looking at every instance: asked only for what nobody made.
  const sites = await sitesInUse(world)
  const site = sites.find(({ securityGroupId }) => securityGroupId === reference.groupId)
  return site && defaultGroupOf(site)
}

/** Throws InvalidGroup.NotFound where there is none, and for the default one what it is. */
export async function changeableGroup(
  reference: GroupReference,
  world: GroupWorld,
): Promise<KnownGroup> {
  const group = await findGroup(reference, world)
  if (group === undefined) throw groupNotFound(reference)
  if (group.isDefault) throw defaultGroupStays(group.groupId)
  return group
}

export const groupNotFound = (reference: GroupReference) =>
  ec2NotFound('securityGroup', 'groupId' in reference ? reference.groupId : reference.groupName)

/** What policies see of a group. Unknown ones are asked about like others: whether they exist is told only to who may know. */
export async function groupResource(
  reference: GroupReference,
  world: GroupWorld & Pick<World, 'realm'>,
): Promise<Resource> {
  const group = await findGroup(reference, world)
  const groupId = group?.groupId ?? ('groupId' in reference ? reference.groupId : '*')
  return {
    arn: securityGroupArn(world.realm, groupId),
    ...(group && {
      tags: group.tags,
      context: {
        'ec2:SecurityGroupID': group.groupId,
        'ec2:Vpc': vpcArn(world.realm, group.in.vpcId),
      },
    }),
  }
}

/** Of groups that are named by their ids. */
export const groupResources = (
  groupIds: readonly string[],
  world: Parameters<typeof groupResource>[1],
): Promise<readonly Resource[]> =>
  Promise.all(groupIds.map((groupId) => groupResource({ groupId }, world)))
