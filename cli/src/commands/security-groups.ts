import type { Command } from 'commander'
import { defineCommand } from '../command.ts'
import type { Screen } from '../screen.ts'
import { allowCommand } from './security-groups-allow.ts'
import { attachCommand, detachCommand } from './security-groups-attach.ts'
import { createCommand } from './security-groups-create.ts'
import { deleteCommand } from './security-groups-delete.ts'
import { listCommand } from './security-groups-list.ts'
import { modeCommand } from './security-groups-mode.ts'
import { revokeCommand } from './security-groups-revoke.ts'
import { showCommand } from './security-groups-show.ts'

/** `fleetkey security-groups …`; alone, it lists. */
export function securityGroupsCommand(screen: Screen): Command {
  return defineCommand(screen, 'security-groups', {
    summary:
      'Say from where hosts let people connect to their sshd. A group observes until it is told to enforce.',
    examples: [
      'fleetkey security-groups create office --description "who sits in Berlin"',
      'fleetkey security-groups allow office --from 192.0.2.0/24 --from fleetkey',
      'fleetkey security-groups attach office web-1',
      'fleetkey security-groups mode office enforce --dry-run',
    ],
  })
    .addCommand(listCommand(screen), { isDefault: true })
    .addCommand(showCommand(screen))
    .addCommand(createCommand(screen))
    .addCommand(deleteCommand(screen))
    .addCommand(allowCommand(screen))
    .addCommand(revokeCommand(screen))
    .addCommand(attachCommand(screen))
    .addCommand(detachCommand(screen))
    .addCommand(modeCommand(screen))
}
