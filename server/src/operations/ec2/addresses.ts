import { isGlobalIpv4 } from '@fleetkey/domain/global-address'
import type { HostFacts } from '@fleetkey/domain/host-facts'

type Addresses = Pick<HostFacts, 'addresses4' | 'addresses6'>

/** EC2 has one address of each kind on an instance; a host may have reported many. */
export const publicAddress4 = ({ addresses4 }: Addresses): string | undefined =>
  addresses4.find(isGlobalIpv4)

/** Every instance of EC2 has one, and tunnels go there: of a host that has public ones alone it is the first of those. */
export const privateAddress4 = ({ addresses4 }: Addresses): string | undefined =>
  addresses4.find((address) => !isGlobalIpv4(address)) ?? addresses4[0]

/** One of the Internet's (2000::/3) before one of a private network. */
export const address6 = ({ addresses6 }: Addresses): string | undefined =>
  addresses6.find((address) => /^[23][0-9a-f]{3}:/.test(address)) ?? addresses6[0]
