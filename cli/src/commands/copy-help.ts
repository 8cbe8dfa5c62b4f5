import type { Command } from 'commander'
import { withConnectionFlags } from '../command.ts'

/** What `fleetkey scp` and `sftp` take besides the program's own options. */
export function withCopyFlags(command: Command): Command {
  return withConnectionFlags(command)
    .option('--os-user <name>', 'the account; also USER@ (default: of the profile, else ec2-user)')
    .option(
      '--address <ip>',
      'another address than the one that the instance reported; -4 and -6 choose',
    )
    .option(
      '--via <way>',
      'auto, direct or tunnel (auto: what worked last, else direct if it answers soon, else tunnel)',
    )
    .option('--max-duration <span>', 'end a tunnel after 15m, 8h … (default: the longest allowed)')
    .option('--verbose', 'say what is done and which way it goes, with times')
    .option('--print-command', 'print what would be run; push nothing')
}
