/** A range of addresses in its one spelling. */
export interface Cidr {
  readonly family: 4 | 6
  /** `10.0.0.0/8`, `fd00::/8`; a single address has /32 or /128. IPv6 as RFC 5952 writes it. */
  readonly text: string
}

/**
 * A range from text: an address, or an address and a prefix length. Undefined for anything else, and when bits beyond the prefix are set:
 * `10.0.0.7/8` may be meant as one host or as 16 million, and firewalls differ in what they make of it.
 */
export function parseCidr(text: string): Cidr | undefined {
  const [address = '', length, ...more] = text.split('/')
  if (more.length > 0) return undefined
  const four = bytesOf4(address)
  const bytes = four ?? bytesOf6(address)
  if (!bytes) return undefined
  const bits = bytes.length * 8
  if (length !== undefined && !/^(?:0|[1-9]\d{0,2})$/.test(length)) return undefined
  const prefix = length === undefined ? bits : Number(length)
  if (prefix > bits || !isZeroFrom(bytes, prefix)) return undefined
  return four
    ? { family: 4, text: `${four.join('.')}/${prefix}` }
    : { family: 6, text: `${spelled6(address)}/${prefix}` }
}

/** Whether the address lies in the range. Text that is no address lies in none. */
export function isInRange(address: string, range: Cidr): boolean {
  const [start = '', prefix = ''] = range.text.split('/')
  const [wanted, found] =
    range.family === 4 ? [bytesOf4(start), bytesOf4(address)] : [bytesOf6(start), bytesOf6(address)]
  if (!wanted || !found) return false
  const bits = Number(prefix)
  return wanted.every((byte, at) => {
    const kept = Math.min(8, Math.max(0, bits - at * 8))
    return ((byte ^ (found[at] ?? 0)) & (0xff00 >> kept) & 0xff) === 0
  })
}

/** Lengths of the ranges that addresses are found by, the longest first. */
const NETWORK_PREFIXES = { 4: [24, 16], 6: [64, 48, 32] } as const

/** The ranges around an address that an index knows, in hexadecimal; none of text that is no address. */
export function networksOf(address: string): readonly string[] {
  const four = bytesOf4(address)
  const bytes = four ?? bytesOf6(address)
  if (!bytes) return []
  return NETWORK_PREFIXES[four ? 4 : 6].map((prefix) => networkKey(bytes, prefix))
}

/** The smallest such range that holds all of this one; undefined when it is wider than all of them. */
export function networkAround({ family, text }: Cidr): string | undefined {
  const [address = '', length] = text.split('/')
  const bytes = family === 4 ? bytesOf4(address) : bytesOf6(address)
  const prefix = NETWORK_PREFIXES[family].find((one) => one <= Number(length))
  return bytes && prefix && networkKey(bytes, prefix)
}

function networkKey(bytes: readonly number[], prefix: number): string {
  const digits = bytes.slice(0, prefix / 8).map((byte) => byte.toString(16).padStart(2, '0'))
  return `${bytes.length === 4 ? 4 : 6}:${digits.join('')}`
}

/** Four decimal numbers and nothing else: a leading zero is octal to some readers. */
function bytesOf4(text: string): readonly number[] | undefined {
  const parts = text.split('.')
  if (parts.length !== 4) return undefined
  if (!parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part))) return undefined
  const bytes = parts.map(Number)
  return bytes.every((byte) => byte <= 255) ? bytes : undefined
}

/** Without a zone. An address of IPv4 in the dress of IPv6 (`::ffff:10.0.0.1`) is none: which of the two a firewall sees differs. */
function bytesOf6(text: string): readonly number[] | undefined {
  if (!/^[0-9A-Fa-f:]{2,39}$/.test(text)) return undefined
  const spelled = spelled6(text)
  if (spelled === undefined || spelled.startsWith('::ffff:')) return undefined
  const [before = '', after] = spelled.split('::')
  const head = before === '' ? [] : before.split(':')
  const tail = after === undefined || after === '' ? [] : after.split(':')
  const gap = Array.from({ length: 8 - head.length - tail.length }, () => '0')
  return [...head, ...gap, ...tail].flatMap((group) => {
    const value = Number.parseInt(group, 16)
    return [value >> 8, value & 255]
  })
}

function spelled6(text: string): string | undefined {
  return URL.parse(`http://[${text}]/`)?.hostname.slice(1, -1)
}

function isZeroFrom(bytes: readonly number[], bit: number): boolean {
  return bytes.every((byte, at) => {
    const kept = Math.min(8, Math.max(0, bit - at * 8))
    return (byte & (0xff >> kept)) === 0
  })
}
