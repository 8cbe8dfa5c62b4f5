import type { Command } from 'commander'
import { withApi } from '../api/with-api.ts'
import { defineCommand, withListingFlags, type ListingFlags } from '../command.ts'
import { printListing, type Screen } from '../screen.ts'
import { listSecurityGroups } from '../security-group/list-security-groups.ts'

/** `fleetkey security-groups [list]` */
export function listCommand(screen: Screen): Command {
  const command = defineCommand(screen, 'list', {
    summary: 'List security groups.',
    examples: [
      'fleetkey security-groups',
      'fleetkey security-groups --output json | jq -r \'.[] | select(.mode=="observe") | .name\'',
    ],
  })
  return withListingFlags(command).action(async (flags: ListingFlags) => {
    const found = await withApi(screen, flags, (api) => listSecurityGroups(api))
    printListing(screen, flags.output, {
      headings: ['NAME', 'GROUP', 'SITE', 'MODE', 'RULES', 'INSTANCES', 'DESCRIPTION'],
      rows: found.map((group) => [
        group.name,
        group.groupId,
        group.site,
        group.mode ?? '-',
        String(group.rules.length),
        group.mode === undefined ? '-' : String(group.instanceIds.length),
        group.description,
      ]),
      json: found,
      whenEmpty: 'No security groups. Make one: fleetkey security-groups create NAME',
    })
  })
}
