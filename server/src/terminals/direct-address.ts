import type { Instance } from '@fleetkey/domain/instance'
import type { Presence } from '../agents/presence.ts'
import { isOwnAddress } from '../tunnels/own-address.ts'

/** The address that the link of its agent comes from, when its sshd answers there and nothing stands between. */
export function directAddressOf(
  { instanceId, facts }: Instance,
  presence: Pick<Presence, 'linkOf' | 'all'>,
): string | undefined {
  const link = presence.linkOf(instanceId)
  if (link === undefined || !facts.sshAddresses.includes(link.peerAddress)) return undefined
  return isOwnAddress(link.peerAddress, link, presence) ? link.peerAddress : undefined
}
