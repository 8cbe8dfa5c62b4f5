import type { Command } from 'commander'
import { withApi } from '../api/with-api.ts'
import { defineCommand, withListingFlags, type ListingFlags } from '../command.ts'
import { findEndpoint } from '../endpoint/find-endpoint.ts'
import type { ListedEndpoint } from '../endpoint/list-endpoints.ts'
import { printable, printableJson } from '../output.ts'
import type { OutputFormat, Screen } from '../screen.ts'
import { localTime } from '../time.ts'

/** `fleetkey endpoints show` */
export function showCommand(screen: Screen): Command {
  const command = defineCommand(screen, 'show', {
    summary: 'Everything about one endpoint.',
    examples: [
      'fleetkey endpoints show default',
      'fleetkey endpoints show eice-0123456789abcdef0 --output json',
    ],
  })
  return withListingFlags(command)
    .argument('<endpoint>', 'id, site or Name tag')
    .action(async (meant: string, flags: ListingFlags) => {
      const endpoint = await withApi(screen, flags, (api) => findEndpoint(api, meant))
      showEndpoint(screen, flags.output, endpoint)
    })
}

/** A line for each fact, or the whole as JSON. */
export function showEndpoint(screen: Screen, format: OutputFormat, endpoint: ListedEndpoint): void {
  if (format === 'json') return screen.out(`${printableJson(endpoint)}\n`)
  const lines: readonly (readonly [string, string])[] = [
    ['endpoint', endpoint.endpointId],
    ['site', endpoint.site],
    ['state', endpoint.state],
    ['leads to', endpoint.ipAddressType],
    ['dns name', endpoint.dnsName],
    ['vpc', endpoint.vpcId],
    ['subnet', endpoint.subnetId],
    ['created', localTime(endpoint.createdAt)],
    ...endpoint.tags.map(({ key, value }) => ['tag', `${key}=${value}`] as const),
    ['arn', endpoint.arn],
  ]
  for (const [name, value] of lines) screen.out(`${name.padEnd(8)}  ${printable(value)}\n`)
}
