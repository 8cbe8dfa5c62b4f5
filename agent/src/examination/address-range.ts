import { BlockList, isIP } from 'node:net'

/** Whether the address is this one or in this range (`192.0.2.0/24`, `2001:db8::/32`); false for anything that is neither. */
export function isInCidr(range: string, address: string): boolean {
  const [base = '', length] = range.split('/')
  const family = isIP(base)
  if (family === 0 || family !== isIP(address)) return false
  const type = family === 4 ? 'ipv4' : 'ipv6'
  const bits = length === undefined ? (family === 4 ? 32 : 128) : Number(length)
  if (!Number.isInteger(bits) || bits < 0 || bits > (family === 4 ? 32 : 128)) return false
  const list = new BlockList()
  list.addSubnet(base, bits, type)
  return list.check(address, type)
}
