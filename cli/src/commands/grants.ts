import type { Command } from 'commander'
import { defineCommand } from '../command.ts'
import type { Screen } from '../screen.ts'
import { showGrantCommand } from './grants-show.ts'

/** `fleetkey grants …` */
export function grantsCommand(screen: Screen): Command {
  return defineCommand(screen, 'grants', {
    summary: 'What became of pushed keys.',
    examples: ['fleetkey grants show 019ac1f2-0d3e-7c1a-9a52-6f1f0d5f7a10'],
  }).addCommand(showGrantCommand(screen))
}
