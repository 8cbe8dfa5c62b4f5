import { Option, type Command } from 'commander'
import { MODIFY_INSTANCE_CONNECT_ENDPOINT } from '../api/operations.ts'
import { withApi } from '../api/with-api.ts'
import { defineCommand, withConnectionFlags } from '../command.ts'
import type { ConnectionFlags } from '../config/settings.ts'
import { findEndpoint } from '../endpoint/find-endpoint.ts'
import { printable } from '../output.ts'
import type { Screen } from '../screen.ts'
import { IP_ADDRESS_TYPES } from './endpoints-create.ts'

interface ModifyFlags extends ConnectionFlags {
  readonly ipAddressType: string
}

/** `fleetkey endpoints modify` */
export function modifyCommand(screen: Screen): Command {
  const command = defineCommand(screen, 'modify', {
    summary: 'Change to which addresses an endpoint leads. Open tunnels go on.',
    examples: ['fleetkey endpoints modify berlin --ip-address-type ipv4'],
  })
  const leadsTo = new Option('--ip-address-type <type>', 'which addresses of hosts it leads to')
  return withConnectionFlags(command)
    .argument('<endpoint>', 'id, site or Name tag')
    .addOption(leadsTo.choices(IP_ADDRESS_TYPES).makeOptionMandatory())
    .action(async (meant: string, flags: ModifyFlags) => {
      await withApi(screen, flags, async (api) => {
        const { endpointId, site } = await findEndpoint(api, meant)
        await api.call(MODIFY_INSTANCE_CONNECT_ENDPOINT, {
          InstanceConnectEndpointId: endpointId,
          IpAddressType: flags.ipAddressType,
        })
        const which = printable(`${endpointId} of site ${site}`)
        screen.out(`${which} leads to ${flags.ipAddressType} addresses.\n`)
      })
    })
}
