import type { Command } from 'commander'
import { defineCommand } from '../command.ts'
import type { Screen } from '../screen.ts'
import { deleteCommand } from './recordings-delete.ts'
import { exportCommand } from './recordings-export.ts'
import { listCommand } from './recordings-list.ts'
import { playCommand } from './recordings-play.ts'
import { showCommand } from './recordings-show.ts'
import { verifyCommand } from './recordings-verify.ts'

/** `fleetkey recordings …`; alone, it lists. */
export function recordingsCommand(screen: Screen): Command {
  return defineCommand(screen, 'recordings', {
    summary: 'What terminals in the browser showed: list, play, export, verify.',
    examples: [
      'fleetkey recordings',
      'fleetkey recordings play r-00000000000000000000000000000000 --speed 2 --idle-limit 2',
      'fleetkey recordings export r-00000000000000000000000000000000 --to session.cast',
    ],
  })
    .addCommand(listCommand(screen), { isDefault: true })
    .addCommand(showCommand(screen))
    .addCommand(playCommand(screen))
    .addCommand(exportCommand(screen))
    .addCommand(verifyCommand(screen))
    .addCommand(deleteCommand(screen))
}
