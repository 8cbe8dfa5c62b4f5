import { createSocket } from 'node:dgram'
import { isIPv6 } from 'node:net'

/** RFC 863: nothing is sent to it. */
const PORT = 9

/**
 * The address of this host that whoever comes from there comes to, by its routes: over loopback that is loopback. Where no way leads there
 * it is the address itself, so that it is none of this host's.
 */
export function localAddressFor(address: string): Promise<string> {
  const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4')
  return new Promise((resolve) => {
    const end = (found: string) => {
      socket.close()
      resolve(found)
    }
    socket.once('error', () => end(address))
    socket.connect(PORT, address, () => end(socket.address().address))
  })
}
