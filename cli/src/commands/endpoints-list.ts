import type { Command } from 'commander'
import { withApi } from '../api/with-api.ts'
import { defineCommand, withListingFlags, type ListingFlags } from '../command.ts'
import { listEndpoints } from '../endpoint/list-endpoints.ts'
import { printListing, type Screen } from '../screen.ts'
import { localTime } from '../time.ts'

/** `fleetkey endpoints [list]` */
export function listCommand(screen: Screen): Command {
  const command = defineCommand(screen, 'list', {
    summary: 'List endpoints.',
    examples: [
      'fleetkey endpoints',
      "fleetkey endpoints --output json | jq -r '.[] | [.site, .endpointId] | @tsv'",
    ],
  })
  return withListingFlags(command).action(async (flags: ListingFlags) => {
    const found = await withApi(screen, flags, (api) => listEndpoints(api))
    const sorted = found.toSorted((a, b) => a.site.localeCompare(b.site, 'en', { numeric: true }))
    printListing(screen, flags.output, {
      headings: ['SITE', 'ENDPOINT', 'NAME', 'LEADS TO', 'DNS NAME', 'CREATED'],
      rows: sorted.map((endpoint) => [
        endpoint.site,
        endpoint.endpointId,
        endpoint.name ?? '-',
        endpoint.ipAddressType,
        endpoint.dnsName,
        localTime(endpoint.createdAt),
      ]),
      json: sorted,
      whenEmpty: 'No endpoints. Make one: fleetkey endpoints create',
    })
  })
}
