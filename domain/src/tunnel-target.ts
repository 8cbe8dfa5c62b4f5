import type { HostFacts } from './host-facts.ts'

/** Where a tunnel leads: one address of one host, and a port. */
export interface TunnelTarget {
  readonly address: string
  readonly port: number
}

/**
 * Whether a text is the address of a machine that a tunnel may lead to, in the one spelling that counts: dotted decimal without leading
 * zeros (RFC 6943 §3.1.1), or RFC 5952 for IPv6. Every other spelling is no address here, so that nobody behind this line reads it as
 * another one: names, decimal, octal and hexadecimal numbers, zone ids, brackets. What is a machine only to itself (loopback), to its
 * wire (link-local, multicast), to its cloud (metadata services) or through a translation (mapped, NAT64, 6to4) is none either.
 */
export function isTunnelAddress(text: string): boolean {
  const v4 = readIpv4(text)
  if (v4 !== undefined) return !CLOSED_V4.some((network) => holds(network, v4))
  const v6 = readIpv6(text)
  return v6 !== undefined && !CLOSED_V6.some((network) => holds(network, v6))
}

/**
 * What of a target the host does not let be reached, or undefined when a tunnel may lead there: only an address that the host reported,
 * letter by letter, and only a port that its administrator allows.
 */
export function closedPart(
  { address, port }: TunnelTarget,
  facts: Pick<HostFacts, 'addresses4' | 'addresses6' | 'tunnelPorts'>,
): 'address' | 'port' | undefined {
  const own = [...facts.addresses4, ...facts.addresses6]
  if (!isTunnelAddress(address) || !own.includes(address)) return 'address'
  return facts.tunnelPorts.includes(port) ? undefined : 'port'
}

/** An address as its bytes. */
type Bytes = readonly number[]

interface Network {
  readonly bytes: Bytes
  readonly bits: number
}

const v4 = (text: string, bits: number): Network => ({ bytes: readIpv4(text) ?? [], bits })
const v6 = (text: string, bits: number): Network => ({ bytes: readIpv6(text) ?? [], bits })

/** IANA IPv4 Special-Purpose Address Registry (RFC 6890), as far as no host is reached there; and where clouds put their metadata. */
const CLOSED_V4: readonly Network[] = [
  v4('0.0.0.0', 8), // this network; Linux takes 0.0.0.0 for loopback
  v4('127.0.0.0', 8), // loopback
  v4('169.254.0.0', 16), // link-local, and the metadata service of most clouds
  v4('192.0.0.0', 24), // IETF protocol assignments; Oracle's metadata service is 192.0.0.192
  v4('100.100.100.200', 32), // Alibaba's metadata service
  v4('168.63.129.16', 32), // Azure's platform service
  v4('224.0.0.0', 4), // multicast
  v4('240.0.0.0', 4), // reserved, and broadcast
]

/** The same for IPv6. */
const CLOSED_V6: readonly Network[] = [
  v6('::', 96), // unspecified, loopback, IPv4-compatible (RFC 4291 §2.5.5.1)
  v6('::ffff:0:0', 96), // IPv4-mapped
  v6('::ffff:0:0:0', 96), // IPv4-translated (RFC 2765)
  v6('64:ff9b::', 96), // NAT64 (RFC 6052)
  v6('64:ff9b:1::', 48), // NAT64 for local use (RFC 8215)
  v6('100::', 64), // discard-only
  v6('2001::', 32), // Teredo
  v6('2002::', 16), // 6to4
  v6('fd00:ec2::', 32), // Amazon's metadata service and its neighbours
  v6('fd20:ce::254', 128), // Google's metadata service
  v6('fe80::', 10), // link-local
  v6('fec0::', 10), // site-local (deprecated by RFC 3879)
  v6('ff00::', 8), // multicast
]

function holds({ bytes, bits }: Network, address: Bytes): boolean {
  const whole = Math.floor(bits / 8)
  if (bytes.length !== address.length) return false
  if (bytes.slice(0, whole).some((byte, at) => byte !== address[at])) return false
  const mask = 0xff & (0xff00 >> (bits % 8))
  return ((bytes[whole] ?? 0) & mask) === ((address[whole] ?? 0) & mask)
}

function readIpv4(text: string): Bytes | undefined {
  if (!/^(?:0|[1-9]\d{0,2})(?:\.(?:0|[1-9]\d{0,2})){3}$/.test(text)) return undefined
  const bytes = text.split('.').map(Number)
  return bytes.some((byte) => byte > 255) ? undefined : bytes
}

/** Takes hexadecimal groups only, and of those only the spelling that `writeIpv6` gives back. */
function readIpv6(text: string): Bytes | undefined {
  if (text.length > 39 || !/^[0-9a-f:]+$/.test(text)) return undefined
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const [left = [], right = []] = halves.map((half) => (half === '' ? [] : half.split(':')))
  const left0 = 8 - left.length - right.length
  if (halves.length === 1 ? left0 !== 0 : left0 < 2) return undefined
  const groups = [...left, ...Array<string>(left0).fill('0'), ...right]
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/.test(group))) return undefined
  const numbers = groups.map((group) => Number.parseInt(group, 16))
  if (writeIpv6(numbers) !== text) return undefined
  return numbers.flatMap((number) => [number >> 8, number & 0xff])
}

/** RFC 5952 §4: no leading zeros, the first of the longest runs of two zero groups or more is `::`. */
function writeIpv6(groups: readonly number[]): string {
  let longest = { at: 0, length: 1 }
  for (let at = 0; at < groups.length; at++) {
    let length = 0
    while (groups[at + length] === 0) length++
    if (length > longest.length) longest = { at, length }
  }
  const hex = groups.map((group) => group.toString(16))
  if (longest.length < 2) return hex.join(':')
  const [before, after] = [hex.slice(0, longest.at), hex.slice(longest.at + longest.length)]
  return `${before.join(':')}::${after.join(':')}`
}
