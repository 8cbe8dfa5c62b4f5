import type { Cidr } from '@fleetkey/domain/cidr'
import type { Realm } from '@fleetkey/domain/realm'

/** AWS's `ip-ranges.json` (VPC user guide, "AWS IP address ranges"), of this one service. */
export interface IpRanges {
  /** Seconds since 1970 of the last change, as text; grows with every change. */
  readonly syncToken: string
  /** The same, as `2026-11-26-09-30-00` in UTC. */
  readonly createDate: string
  readonly prefixes: readonly (Place & { readonly ip_prefix: string })[]
  readonly ipv6_prefixes: readonly (Place & { readonly ipv6_prefix: string })[]
}

interface Place {
  readonly region: string
  readonly service: typeof SERVICE
  readonly network_border_group: string
}

/** How AWS calls it there; hosts that filter by it find what they look for. */
const SERVICE = 'EC2_INSTANCE_CONNECT'

/** @param listing.syncToken seconds since 1970 */
export function ipRanges(
  listing: { readonly ranges: readonly Cidr[]; readonly syncToken: number },
  { region }: Pick<Realm, 'region'>,
): IpRanges {
  const place: Place = { region, service: SERVICE, network_border_group: region }
  const of = (family: Cidr['family']) => listing.ranges.filter((range) => range.family === family)
  return {
    syncToken: String(listing.syncToken),
    createDate: new Date(listing.syncToken * 1000).toISOString().slice(0, 19).replace(/[T:]/g, '-'),
    prefixes: of(4).map(({ text }) => ({ ip_prefix: text, ...place })),
    ipv6_prefixes: of(6).map(({ text }) => ({ ipv6_prefix: text, ...place })),
  }
}
