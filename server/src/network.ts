/** What one party commonly has: IPv4 /24, IPv6 /56. */
export const networkOf = (address: string): string =>
  address.includes(':')
    ? `${groupsOf(address, [0xffff, 0xffff, 0xffff, 0xff00])}::/56`
    : `${address.split('.').slice(0, 3).join('.')}.0/24`

/** What many parties have together, and one of them all of at a provider: IPv4 /16, IPv6 /32. */
export const surroundingsOf = (address: string): string =>
  address.includes(':')
    ? `${groupsOf(address, [0xffff, 0xffff])}::/32`
    : `${address.split('.').slice(0, 2).join('.')}.0.0/16`

/** What one machine commonly has: an address of IPv4, IPv6 /64. */
export const machineOf = (address: string): string =>
  address.includes(':') ? `${groupsOf(address, [0xffff, 0xffff, 0xffff, 0xffff])}::/64` : address

/** The first groups of an address, each under its mask. */
function groupsOf(address: string, masks: readonly number[]): string {
  // The URL parser writes an IPv6 address in its one canonical form.
  const canonical = URL.parse(`http://[${address.replace(/%.*$/, '')}]/`)?.hostname.slice(1, -1)
  const [head = '', tail] = (canonical ?? address).split('::')
  const front = head === '' ? [] : head.split(':')
  const back = tail === undefined || tail === '' ? [] : tail.split(':')
  const missing = tail === undefined ? 0 : 8 - front.length - back.length
  const groups = [...front, ...Array.from({ length: missing }, () => '0'), ...back]
  return masks
    .map((mask, at) => (Number.parseInt(groups[at] ?? '0', 16) & mask).toString(16))
    .join(':')
}
