import type { Command } from 'commander'
import { defineCommand } from '../command.ts'
import type { Screen } from '../screen.ts'
import { createCommand } from './endpoints-create.ts'
import { deleteCommand } from './endpoints-delete.ts'
import { listCommand } from './endpoints-list.ts'
import { modifyCommand } from './endpoints-modify.ts'
import { showCommand } from './endpoints-show.ts'

/** `fleetkey endpoints …`; alone, it lists. */
export function endpointsCommand(screen: Screen): Command {
  return defineCommand(screen, 'endpoints', {
    summary: 'The doors through which hosts in private networks are reached, one for each site.',
    examples: [
      'fleetkey endpoints',
      'fleetkey endpoints create --site berlin',
      'fleetkey endpoints show default',
    ],
  })
    .addCommand(listCommand(screen), { isDefault: true })
    .addCommand(showCommand(screen))
    .addCommand(createCommand(screen))
    .addCommand(modifyCommand(screen))
    .addCommand(deleteCommand(screen))
}
