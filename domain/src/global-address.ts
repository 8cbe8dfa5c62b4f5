/**
 * Whether an IPv4 address is one of the Internet's, not of a private or special network (IANA IPv4 Special-Purpose Address Registry,
 * RFC 6890). False for what is no IPv4 address in its canonical spelling.
 */
export function isGlobalIpv4(address: string): boolean {
  const number = numberOf(address)
  if (number === undefined) return false
  return SPECIAL.every(([first, bits]) => number >>> (32 - bits) !== first >>> (32 - bits))
}

function numberOf(address: string): number | undefined {
  const parts = address.split('.')
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part))) {
    return undefined
  }
  const bytes = parts.map(Number)
  if (bytes.some((byte) => byte > 255)) return undefined
  return bytes.reduce((number, byte) => number * 256 + byte, 0)
}

const SPECIAL: readonly (readonly [first: number, bits: number])[] = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
].map((block) => {
  const [first = '', bits] = block.split('/')
  return [numberOf(first) ?? 0, Number(bits)] as const
})
