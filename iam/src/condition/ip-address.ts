import { unreadable, type CompileWanted } from './comparison.ts'

/**
 * IpAddress: the address of the request lies in the CIDR range of the policy, IPv4 or IPv6 (IAM User Guide, condition
 * operators, IP address). No prefix means one address; bits behind the prefix are ignored; an address of the other
 * family is not in the range. Compared as bytes, since IPv6 has many spellings of one address.
 */
export const ipAddress: CompileWanted = (wanted) => {
  const range = parseRange(wanted)
  if (range === undefined) throw unreadable(wanted, 'an address or a CIDR range')
  return (found) => {
    const address = parseAddress(found)
    return address?.length === range.bytes.length && sharesPrefix(address, range)
  }
}

/** Is every address of the CIDR range `inner` in `outer`? Two ranges of which neither holds the other have none in common. */
export function rangeHolds(outer: string, inner: string): boolean {
  const [whole, part] = [parseRange(outer), parseRange(inner)]
  if (whole === undefined || part === undefined) return false
  if (whole.bytes.length !== part.bytes.length || whole.prefix > part.prefix) return false
  return sharesPrefix(part.bytes, whole)
}

interface Range {
  readonly bytes: readonly number[]
  readonly prefix: number
}

function parseRange(text: string): Range | undefined {
  const [address = '', prefix, ...rest] = text.split('/')
  const bytes = parseAddress(address)
  if (bytes === undefined || rest.length > 0) return undefined
  const spelledBits = address.includes(':') ? 128 : 32
  if (prefix === undefined) return { bytes, prefix: bytes.length * 8 }
  if (!/^[0-9]{1,3}$/.test(prefix) || Number(prefix) > spelledBits) return undefined
  // ::ffff:10.0.0.0/104 is 10.0.0.0/8
  const bits = Number(prefix) - (spelledBits - bytes.length * 8)
  return bits < 0 ? undefined : { bytes, prefix: bits }
}

/** No address is longer, and each range of a policy reads that of the request anew. */
const longest = 45

/**
 * An IPv4 address that comes in IPv6 clothes (`::ffff:10.0.0.1`, as dual-stack sockets report it) is the IPv4 address:
 * otherwise it would slip under a Deny of 10.0.0.0/8.
 */
function parseAddress(text: string): readonly number[] | undefined {
  if (text.length > longest) return undefined
  if (!text.includes(':')) return parseV4(text)
  const bytes = parseV6(text)
  const isMapped = bytes?.every((byte, index) => index >= 12 || byte === (index < 10 ? 0 : 255))
  return isMapped ? bytes?.slice(12) : bytes
}

/** Four decimal numbers without leading zeros: some parsers read 010 as eight. */
function parseV4(text: string): readonly number[] | undefined {
  const parts = text.split('.')
  const isAddress = parts.every((part) => /^(0|[1-9][0-9]{0,2})$/.test(part) && Number(part) < 256)
  return isAddress && parts.length === 4 ? parts.map(Number) : undefined
}

function parseV6(text: string): readonly number[] | undefined {
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const [head, tail] = [parseGroups(halves[0] ?? ''), parseGroups(halves[1] ?? '')]
  if (head === undefined || tail === undefined) return undefined
  const missing = 16 - head.length - tail.length
  // `::` stands for at least one group of zeros, RFC 4291 §2.2
  if (halves.length === 2 ? missing < 2 : missing !== 0) return undefined
  return [...head, ...Array.from({ length: missing }, () => 0), ...tail]
}

/** Groups of four hexadecimal digits as bytes; the last may be an IPv4 address. */
function parseGroups(text: string): readonly number[] | undefined {
  if (text === '') return []
  const bytes: number[] = []
  const groups = text.split(':')
  for (const [index, group] of groups.entries()) {
    const v4 = index === groups.length - 1 && group.includes('.') ? parseV4(group) : undefined
    if (v4 !== undefined) bytes.push(...v4)
    else if (/^[0-9a-fA-F]{1,4}$/.test(group)) {
      const value = Number.parseInt(group, 16)
      bytes.push(value >> 8, value & 255)
    } else return undefined
  }
  return bytes
}

function sharesPrefix(address: readonly number[], { bytes, prefix }: Range): boolean {
  return address.every((byte, index) => {
    const bits = Math.min(Math.max(prefix - index * 8, 0), 8)
    return byte >> (8 - bits) === (bytes[index] ?? 0) >> (8 - bits)
  })
}
