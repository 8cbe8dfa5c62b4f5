import type { Command } from 'commander'
import { defineCommand, withConnectionFlags } from '../command.ts'
import type { Screen } from '../screen.ts'

/** The help of `fleetkey proxy`; the command itself reads its line without the library (commands/proxy.ts). */
export function proxyHelp(screen: Screen): Command {
  const command = defineCommand(screen, 'proxy', {
    summary: 'Join standard input and output to a port of an instance: a ProxyCommand, a pipe.',
    examples: [
      "ssh -o ProxyCommand='fleetkey proxy web-1' deploy@web-1     with a key of your own",
      'fleetkey proxy db-1 --port 5432 --via tunnel',
    ],
  })
  return withWayFlags(withConnectionFlags(command))
    .usage('[options] INSTANCE')
    .option(
      '--port <port>',
      "default: that of the instance's sshd; others need its administrator's leave",
    )
    .option(
      '--address <ip>',
      'another address than the one that the instance reported; -4 and -6 choose',
    )
    .option('--verbose', 'say which way it goes, and how long it may last')
    .addHelpText(
      'after',
      `
No key is pushed: that is what fleetkey ssh does, and plain ssh after fleetkey ssh-config install.
Exit codes by cause: fleetkey help exit-codes (88 the connection was ended, 89 there is no way)`,
    )
}

/** For commands that connect by themselves. */
export function withWayFlags(command: Command): Command {
  return command
    .option(
      '--via <way>',
      'auto, direct or tunnel (auto: what worked last, else direct if it answers soon, else tunnel)',
    )
    .option(
      '--max-duration <span>',
      'end the tunnel after 15m, 8h … (default: the longest allowed)',
    )
}
