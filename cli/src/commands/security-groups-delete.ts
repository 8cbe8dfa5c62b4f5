import type { Command } from 'commander'
import { DELETE_SECURITY_GROUP } from '../api/operations.ts'
import { withApi } from '../api/with-api.ts'
import { defineCommand, withConnectionFlags } from '../command.ts'
import type { ConnectionFlags } from '../config/settings.ts'
import { confirm } from '../confirm.ts'
import { printable } from '../output.ts'
import type { Screen } from '../screen.ts'
import { findSecurityGroup } from '../security-group/find-security-group.ts'

interface DeleteFlags extends ConnectionFlags {
  readonly yes?: true
}

/** `fleetkey security-groups delete` */
export function deleteCommand(screen: Screen): Command {
  const command = defineCommand(screen, 'delete', {
    summary: 'Delete a security group that no instance has.',
    examples: ['fleetkey security-groups delete office --yes'],
  })
  return withConnectionFlags(command)
    .argument('<group>', 'id or name')
    .option('--yes', 'do not ask')
    .action(async (meant: string, flags: DeleteFlags) => {
      await withApi(screen, flags, async (api) => {
        const { groupId, name } = await findSecurityGroup(api, meant)
        const called = printable(`${name} (${groupId})`)
        await confirm(screen, { question: `Delete ${called} with its rules?`, yes: flags.yes })
        await api.call(DELETE_SECURITY_GROUP, { GroupId: groupId })
        screen.out(`${called} is deleted.\n`)
      })
    })
}
