import { parseCidr, type Cidr } from '@fleetkey/domain/cidr'
import { answersOf, textOf, unexpected, type Answer } from '../api/answer.ts'

/** The service whose addresses are of interest; AWS's own list has others too. */
const SERVICE = 'EC2_INSTANCE_CONNECT'

/** The ranges of `/ip-ranges.json`. They go into firewalls: what is no plain range is refused. */
export function readRanges(document: Answer): readonly Cidr[] {
  const of = (list: string, field: string, family: Cidr['family']) =>
    answersOf(document, list)
      .filter((entry) => textOf(entry, 'service') === SERVICE)
      .map((entry) => {
        const range = parseCidr(textOf(entry, field))
        if (range?.family === family) return range
        throw unexpected(`an entry of ${list} is no range of addresses`)
      })
  return [...of('prefixes', 'ip_prefix', 4), ...of('ipv6_prefixes', 'ipv6_prefix', 6)]
}
