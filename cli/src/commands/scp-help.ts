import type { Command } from 'commander'
import { defineCommand } from '../command.ts'
import type { Screen } from '../screen.ts'
import { withCopyFlags } from './copy-help.ts'

/** The help of `fleetkey scp`; the command itself reads its line as scp does (ssh/copy-line.ts). */
export function scpHelp(screen: Screen): Command {
  const command = defineCommand(screen, 'scp', {
    summary: 'Copy files to or from an instance, with a key that lives 60 seconds.',
    examples: [
      'fleetkey scp notes.txt web-1:',
      'fleetkey scp -r deploy@web-1:/var/log/nginx web-1:/etc/nginx ./',
      'fleetkey scp --via tunnel big.iso web-1:/tmp/',
    ],
  })
  return withCopyFlags(command)
    .usage('[options] [scp options] SOURCE… TARGET')
    .addHelpText(
      'after',
      `
A path at an instance is [USER@]INSTANCE:PATH; all of them at one instance, as one user.
scp's options work as with scp: -r -p -C -l -P -q -v -O -o … A local name with a colon: ./a:b
Exit code: that of scp; others: fleetkey help exit-codes`,
    )
}
