import type { Command } from 'commander'
import { FORGET_INSTANCE } from '../api/operations.ts'
import { withApi } from '../api/with-api.ts'
import { defineCommand, withConnectionFlags } from '../command.ts'
import type { ConnectionFlags } from '../config/settings.ts'
import { confirm } from '../confirm.ts'
import { findInstance } from '../instance/find-instance.ts'
import { printable } from '../output.ts'
import type { Screen } from '../screen.ts'

interface ForgetFlags extends ConnectionFlags {
  readonly yes?: true
}

/** `fleetkey instances forget` */
export function forgetCommand(screen: Screen): Command {
  const command = defineCommand(screen, 'forget', {
    summary: 'Take an instance out of the fleet for good. Its agent is refused from then on.',
    examples: [
      'fleetkey instances forget web-1',
      'fleetkey instances forget i-0123456789abcdef0 --yes',
    ],
  })
  return withConnectionFlags(command)
    .argument('<instance>', 'id, Name tag or address')
    .option('--yes', 'do not ask')
    .action(async (meant: string, flags: ForgetFlags) => {
      await withApi(screen, flags, async (api) => {
        const { instanceId, name } = await findInstance(api, meant)
        const called = printable(name === undefined ? instanceId : `${name} (${instanceId})`)
        const question = `Forget ${called}? Nobody can be let in through it until it enrols again.`
        await confirm(screen, { question, yes: flags.yes })
        await api.call(FORGET_INSTANCE, { InstanceId: instanceId })
        screen.out(`${called} is forgotten. To bring the host back it must enrol again.\n`)
      })
    })
}
