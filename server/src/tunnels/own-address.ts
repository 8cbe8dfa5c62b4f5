import { networkInterfaces } from 'node:os'
import type { AgentLink } from '../agents/agent-link.ts'
import type { Presence } from '../agents/presence.ts'

/**
 * Whether this server may connect to that address for a host: it is the very one that the link of the host's agent comes from, no other
 * agent's does, and it is none of a proxy's nor of this machine's. What a host merely reports of itself must not make us knock at other machines.
 */
export function isOwnAddress(
  address: string,
  link: Pick<AgentLink, 'peerAddress' | 'isOfProxy'>,
  presence: Pick<Presence, 'all'>,
): boolean {
  const isItsOwn = link.peerAddress === address && !link.isOfProxy
  return isItsOwn && !isShared(link, presence) && !isOfThisMachine(address)
}

/** What several agents come from stands between them and us: a NAT, a load balancer. A host that reports its address shall not have us knock there. */
function isShared(
  { peerAddress }: Pick<AgentLink, 'peerAddress'>,
  presence: Pick<Presence, 'all'>,
): boolean {
  let links = 0
  for (const one of presence.all()) {
    if (one.peerAddress === peerAddress && ++links > 1) return true
  }
  return false
}

/** Its services are not to be reached from itself, where they may trust whoever comes. */
function isOfThisMachine(address: string): boolean {
  return Object.values(networkInterfaces()).some((entries) =>
    entries?.some((entry) => entry.address === address),
  )
}
