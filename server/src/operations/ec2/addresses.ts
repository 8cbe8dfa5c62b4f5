import { isIPv4, isIPv6 } from 'node:net'
import { isGlobalIpv4 } from '@fleetkey/domain/global-address'
import type { HostFacts } from '@fleetkey/domain/host-facts'

/**
 * What a host reported, without what is no address at all. It is the host's own text, and people's scripts hand `PrivateIpAddress` to ssh:
 * `-oProxyCommand=…` would be run on their machines.
 */
export function withPlainAddresses(facts: HostFacts): HostFacts {
  const { addresses4, addresses6 } = facts
  if (addresses4.every(isPlain4) && addresses6.every(isPlain6)) return facts
  return {
    ...facts,
    addresses4: addresses4.filter(isPlain4),
    addresses6: addresses6.filter(isPlain6),
  }
}

/** A name as in DNS, or none: it is handed on likewise. */
export const plainHostName = (name: string): string =>
  /^[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,252}[A-Za-z0-9_])?$/.test(name) ? name : ''

const isPlain4 = (text: string): boolean => isIPv4(text)
/** Without a zone: `%` and what follows mean something elsewhere. */
const isPlain6 = (text: string): boolean => isIPv6(text) && !text.includes('%')

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
