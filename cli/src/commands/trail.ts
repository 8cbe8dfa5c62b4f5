import type { Command } from 'commander'
import { defineCommand } from '../command.ts'
import type { Screen } from '../screen.ts'
import { exportCommand } from './trail-export.ts'
import { keyCommand } from './trail-key.ts'
import { statusCommand } from './trail-status.ts'
import { verifyCommand } from './trail-verify.ts'

/** `fleetkey trail …` */
export function trailCommand(screen: Screen): Command {
  return defineCommand(screen, 'trail', {
    summary: 'Verify or export the audit trail, whose records are chained by hashes and signed.',
    examples: [
      'fleetkey trail verify',
      'fleetkey trail key > trail-key.pem',
      'fleetkey trail verify /srv/trail --public-key trail-key.pem --anchor anchors.jsonl',
      'fleetkey trail status',
    ],
  })
    .addCommand(verifyCommand(screen))
    .addCommand(exportCommand(screen))
    .addCommand(keyCommand(screen))
    .addCommand(statusCommand(screen))
}
