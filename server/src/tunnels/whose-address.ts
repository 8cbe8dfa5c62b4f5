import type { Instance } from '@fleetkey/domain/instance'
import type { Presence } from '../agents/presence.ts'

/**
 * Of the instances that report an address, those that it may be of: the one whose agent's link comes from it, else those that are connected,
 * else all. What a host reports it may make up, where its link comes from it cannot: so nobody shuts others out of their own addresses, or
 * takes them over, by reporting them too.
 */
export function whoseAddress<One extends Pick<Instance, 'instanceId'>>(
  address: string,
  reporting: readonly One[],
  presence: Pick<Presence, 'linkOf'>,
): readonly One[] {
  const links = reporting.map((one) => ({ one, link: presence.linkOf(one.instanceId) }))
  const connected = links.filter(({ link }) => link !== undefined)
  const certain = connected.filter(({ link }) => link?.peerAddress === address && !link.isOfProxy)
  const best = [certain, connected].find(({ length }) => length > 0) ?? links
  return best.map(({ one }) => one)
}
