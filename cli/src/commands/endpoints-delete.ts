import type { Command } from 'commander'
import { DELETE_INSTANCE_CONNECT_ENDPOINT } from '../api/operations.ts'
import { withApi } from '../api/with-api.ts'
import { defineCommand, withConnectionFlags } from '../command.ts'
import type { ConnectionFlags } from '../config/settings.ts'
import { confirm } from '../confirm.ts'
import { findEndpoint } from '../endpoint/find-endpoint.ts'
import { printable } from '../output.ts'
import type { Screen } from '../screen.ts'

interface DeleteFlags extends ConnectionFlags {
  readonly yes?: true
}

/** `fleetkey endpoints delete` */
export function deleteCommand(screen: Screen): Command {
  const command = defineCommand(screen, 'delete', {
    summary: 'Take a site its endpoint. Its hosts are reached directly only, from then on.',
    examples: ['fleetkey endpoints delete berlin', 'fleetkey endpoints delete berlin --yes'],
  })
  return withConnectionFlags(command)
    .argument('<endpoint>', 'id, site or Name tag')
    .option('--yes', 'do not ask')
    .action(async (meant: string, flags: DeleteFlags) => {
      await withApi(screen, flags, async (api) => {
        const { endpointId, site } = await findEndpoint(api, meant)
        const called = printable(`${endpointId} of site ${site}`)
        const question = `Delete ${called}? Open tunnels to the hosts of this site end, and none is opened then.`
        await confirm(screen, { question, yes: flags.yes })
        await api.call(DELETE_INSTANCE_CONNECT_ENDPOINT, { InstanceConnectEndpointId: endpointId })
        screen.out(`${called} is deleted.\n`)
      })
    })
}
