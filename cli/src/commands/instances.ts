import type { Command } from 'commander'
import { defineCommand } from '../command.ts'
import type { Screen } from '../screen.ts'
import { forgetCommand } from './instances-forget.ts'
import { launchCommand } from './instances-launch.ts'
import { listCommand } from './instances-list.ts'
import { showCommand } from './instances-show.ts'
import { tagCommand, untagCommand } from './instances-tag.ts'
import { userDataCommand } from './instances-user-data.ts'

/** `fleetkey instances …`; alone, it lists. */
export function instancesCommand(screen: Screen): Command {
  return defineCommand(screen, 'instances', {
    summary: 'List, show, launch, tag and forget instances.',
    examples: [
      'fleetkey instances',
      'fleetkey instances show web-1',
      'fleetkey instances tag web-1 Env=production Team=web',
    ],
  })
    .addCommand(listCommand(screen), { isDefault: true })
    .addCommand(showCommand(screen))
    .addCommand(launchCommand(screen))
    .addCommand(userDataCommand(screen))
    .addCommand(tagCommand(screen))
    .addCommand(untagCommand(screen))
    .addCommand(forgetCommand(screen))
}
