import { isIP } from 'node:net'
import { parseCidr } from '@fleetkey/domain/cidr'
import { isPort } from '@fleetkey/domain/host-facts'
import type { Command } from 'commander'
import type { ApiClient } from '../api/api-client.ts'
import { severalTimes, type ListingFlags } from '../command.ts'
import { usageFailure } from '../failure.ts'
import { NAMED_SOURCES, prefixListIds } from './list-security-groups.ts'

/** How a rule is named on the command line. */
export interface RuleFlags extends ListingFlags {
  readonly from: readonly string[]
  readonly port: string
  readonly protocol: string
  readonly description?: string
}

export const withRuleFlags = (command: Command): Command =>
  command
    .option(
      '--from <source>',
      'a range, an address, "fleetkey" (the control plane) or "grant" (whoever pushes a key); may be repeated',
      severalTimes,
      [],
    )
    .option('--port <port>', 'or a range of ports, 20-30', '22')
    .option('--protocol <protocol>', 'tcp, udp, icmp, icmpv6 or all; hosts enforce tcp', 'tcp')

/** The rules as the API takes them. */
export async function permissionsOf(
  { from, port, protocol, description }: RuleFlags,
  api: Pick<ApiClient, 'call'>,
): Promise<readonly object[]> {
  const described = description === undefined ? {} : { Description: description }
  const lists = from.some((source) => NAMED_SOURCES.has(source)) ? await prefixListIds(api) : NONE
  const ports = { IpProtocol: protocol === 'all' ? '-1' : protocol, ...portsOf(port, protocol) }
  return from.map((source) => {
    const listId = lists.get(source)
    if (listId !== undefined) {
      return { ...ports, PrefixListIds: [{ PrefixListId: listId, ...described }] }
    }
    const { family, text } = rangeOf(source)
    return family === 4
      ? { ...ports, IpRanges: [{ CidrIp: text, ...described }] }
      : { ...ports, Ipv6Ranges: [{ CidrIpv6: text, ...described }] }
  })
}

const NONE: ReadonlyMap<string, string> = new Map()

function portsOf(text: string, protocol: string): object {
  if (protocol !== 'tcp' && protocol !== 'udp') return {}
  const [, from = '', to = from] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text) ?? []
  const [FromPort, ToPort] = [Number(from), Number(to)]
  if (!isPort(FromPort) || !isPort(ToPort) || FromPort > ToPort) {
    throw usageFailure(`"${text}" is no port.`, 'Write a port, 22, or a range of ports, 20-30.')
  }
  return { FromPort, ToPort }
}

function rangeOf(source: string) {
  const range = parseCidr(source)
  if (range !== undefined) return range
  const isAddress = isIP(source.split('/')[0] ?? '') > 0
  throw usageFailure(
    `"${source}" is no source.`,
    isAddress
      ? 'Bits are set behind its prefix: write 10.0.0.0/8, or one host as 10.0.0.7.'
      : 'Write a range (10.0.0.0/8, fd00::/8), an address, fleetkey or grant.',
  )
}
