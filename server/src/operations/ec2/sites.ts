import {
  DEFAULT_SITE,
  securityGroupIdOf,
  SITE_TAG,
  siteOf,
  subnetIdOf,
  vpcIdOf,
} from '@fleetkey/domain/site'
import { sha256Hex } from '../../secrets/digests.ts'
import type { World } from '../operation.ts'

/** A site as EC2's clients see it: a VPC with one subnet and a default security group. */
export interface Site {
  readonly name: string
  readonly vpcId: string
  readonly subnetId: string
  readonly securityGroupId: string
}

export function siteNamed(name: string, { deployment }: Pick<World, 'deployment'>): Site {
  return {
    name,
    vpcId: vpcIdOf(deployment, name, sha256Hex),
    subnetId: subnetIdOf(deployment, name, sha256Hex),
    securityGroupId: securityGroupIdOf(deployment, name, sha256Hex),
  }
}

/** Those that something stands in or that have an endpoint or a group, and the default one always. */
export async function sitesInUse(
  world: Pick<World, 'store' | 'deployment' | 'now'>,
): Promise<readonly Site[]> {
  const { instances, pendingInstances, endpoints, securityGroups } = world.store
  const [tagged, pending, doors, groups] = await Promise.all([
    instances.tagValues(SITE_TAG),
    pendingInstances.list(world.now()),
    endpoints.list(),
    securityGroups.list(),
  ])
  const names = new Set([
    DEFAULT_SITE,
    ...tagged.map((site) => siteOf({ [SITE_TAG]: site })),
    ...pending.map(({ tags }) => siteOf(tags)),
    ...doors.map(({ site }) => site),
    ...groups.map(({ site }) => site),
  ])
  return [...names].map((name) => siteNamed(name, world))
}
