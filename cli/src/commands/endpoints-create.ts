import { Option, type Command } from 'commander'
import { asAnswer } from '../api/answer.ts'
import { CREATE_INSTANCE_CONNECT_ENDPOINT } from '../api/operations.ts'
import { withApi } from '../api/with-api.ts'
import { defineCommand, severalTimes, withListingFlags, type ListingFlags } from '../command.ts'
import { readEndpoint } from '../endpoint/list-endpoints.ts'
import type { Screen } from '../screen.ts'
import { showEndpoint } from './endpoints-show.ts'
import { parseTag } from './instances-tag.ts'

export const IP_ADDRESS_TYPES = ['ipv4', 'dualstack', 'ipv6'] as const

interface CreateFlags extends ListingFlags {
  readonly site: string
  readonly ipAddressType?: string
  readonly tag: readonly string[]
}

/** `fleetkey endpoints create` */
export function createCommand(screen: Screen): Command {
  const command = defineCommand(screen, 'create', {
    summary: 'Give a site its endpoint. A host is in the site that its tag Site names.',
    examples: [
      'fleetkey endpoints create --site berlin',
      'fleetkey endpoints create --site berlin --ip-address-type ipv6 --tag Team=web',
    ],
  })
  const leadsTo = new Option('--ip-address-type <type>', 'which addresses of hosts it leads to')
  return withListingFlags(command)
    .option('--site <name>', 'also one that no host is in yet', 'default')
    .addOption(leadsTo.choices(IP_ADDRESS_TYPES))
    .option('--tag <key=value>', 'tag of the endpoint; may be repeated', severalTimes, [])
    .action(async (flags: CreateFlags) => {
      const tags = flags.tag.map(parseTag)
      const answer = await withApi(screen, flags, (api) =>
        api.call(CREATE_INSTANCE_CONNECT_ENDPOINT, {
          Site: flags.site,
          ...(flags.ipAddressType !== undefined && { IpAddressType: flags.ipAddressType }),
          ...(tags.length > 0 && {
            TagSpecifications: [{ ResourceType: 'instance-connect-endpoint', Tags: tags }],
          }),
        }),
      )
      const endpoint = readEndpoint(asAnswer(answer['InstanceConnectEndpoint'], 'the endpoint'))
      showEndpoint(screen, flags.output, endpoint)
    })
}
