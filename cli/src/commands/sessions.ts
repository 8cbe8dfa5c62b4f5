import type { Command } from 'commander'
import { defineCommand } from '../command.ts'
import type { Screen } from '../screen.ts'
import { endCommand } from './sessions-end.ts'
import { listCommand } from './sessions-list.ts'
import { showCommand } from './sessions-show.ts'

/** `fleetkey sessions …`; alone, it lists. */
export function sessionsCommand(screen: Screen): Command {
  return defineCommand(screen, 'sessions', {
    summary: 'Who is logged in where; show one, or end it.',
    examples: [
      'fleetkey sessions',
      'fleetkey sessions show s-0123456789abcdef0',
      'fleetkey sessions end --user ann --dry-run',
    ],
  })
    .addCommand(listCommand(screen), { isDefault: true })
    .addCommand(showCommand(screen))
    .addCommand(endCommand(screen))
}
