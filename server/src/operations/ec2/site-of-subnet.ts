import { ec2NotFound } from '@fleetkey/domain/exceptions/ec2'
import type { World } from '../operation.ts'
import { sitesInUse, type Site } from './sites.ts'

/** Throws InvalidSubnetID.NotFound for a subnet of no site. */
export async function siteOfSubnet(
  subnetId: string,
  world: Pick<World, 'deployment' | 'store' | 'now'>,
): Promise<Site> {
  const found = (await sitesInUse(world)).find((site) => site.subnetId === subnetId)
  if (found === undefined) throw ec2NotFound('subnet', subnetId)
  return found
}
