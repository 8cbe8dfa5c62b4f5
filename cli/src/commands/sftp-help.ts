import type { Command } from 'commander'
import { defineCommand } from '../command.ts'
import type { Screen } from '../screen.ts'
import { withCopyFlags } from './copy-help.ts'

/** The help of `fleetkey sftp`; the command itself reads its line as sftp does (ssh/copy-line.ts). */
export function sftpHelp(screen: Screen): Command {
  const command = defineCommand(screen, 'sftp', {
    summary: 'Look around and copy files at an instance, with a key that lives 60 seconds.',
    examples: ['fleetkey sftp web-1', 'fleetkey sftp -b commands.txt deploy@web-1:/var/www'],
  })
  return withCopyFlags(command)
    .usage('[options] [sftp options] [USER@]INSTANCE[:PATH]')
    .addHelpText(
      'after',
      `
sftp's options work as with sftp: -b -r -p -C -l -P -q -v -o …
Exit code: that of sftp; others: fleetkey help exit-codes`,
    )
}
