import type { Command } from 'commander'
import { asAnswer, optionalTextOf } from '../api/answer.ts'
import { DESCRIBE_INSTANCE_ATTRIBUTE } from '../api/operations.ts'
import { withApi } from '../api/with-api.ts'
import { defineCommand, withListingFlags, type ListingFlags } from '../command.ts'
import { Failure } from '../failure.ts'
import { findInstance } from '../instance/find-instance.ts'
import { printableJson } from '../output.ts'
import type { Screen } from '../screen.ts'

/** `fleetkey instances user-data` */
export function userDataCommand(screen: Screen): Command {
  const command = defineCommand(screen, 'user-data', {
    summary: 'Print what cloud-init (or a shell, as root) needs to make a host a pending instance.',
    examples: [
      'fleetkey instances user-data web-7 > user-data',
      'fleetkey instances user-data web-7 | ssh root@10.0.0.7 sh',
    ],
  })
  return withListingFlags(command)
    .argument('<instance>', 'id or Name tag')
    .action(async (meant: string, flags: ListingFlags) => {
      const { instanceId, userData } = await withApi(screen, flags, async (api) => {
        const found = await findInstance(api, meant)
        const answer = await api.call(DESCRIBE_INSTANCE_ATTRIBUTE, {
          InstanceId: found.instanceId,
          Attribute: 'userData',
        })
        return {
          instanceId: found.instanceId,
          userData: optionalTextOf(asAnswer(answer['UserData'] ?? {}, 'UserData'), 'Value'),
        }
      })
      if (userData === undefined) {
        throw new Failure('refused', `A host has joined as ${instanceId} already.`, {
          todo: ['To bring up another host: fleetkey instances launch'],
        })
      }
      if (flags.output === 'json') return screen.out(`${printableJson({ instanceId, userData })}\n`)
      // Bytes for a file or another program, so not made printable.
      screen.out(Buffer.from(userData, 'base64').toString('utf8'))
      screen.err(
        'Good for one host within an hour. What was printed before for this instance is void.\n',
      )
    })
}
