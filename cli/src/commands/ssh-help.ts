import type { Command } from 'commander'
import { defineCommand, withConnectionFlags } from '../command.ts'
import type { Screen } from '../screen.ts'

/** The help of `fleetkey ssh`; the command itself reads its line as ssh does (ssh/command-line.ts). */
export function sshHelp(screen: Screen): Command {
  const command = defineCommand(screen, 'ssh', {
    summary:
      'Log in to an instance. A key is made for this connection, lives 60 seconds and never touches a disk.',
    examples: [
      'fleetkey ssh web-1',
      'fleetkey ssh deploy@web-1 uptime',
      'fleetkey ssh -L 8080:localhost:80 i-0123456789abcdef0',
      'fleetkey ssh --via tunnel web-1 uptime',
      'fleetkey ssh 10.0.0.7 --os-user admin -- sudo systemctl status nginx',
      'fleetkey ssh                 pick from a list',
    ],
  })
  return withConnectionFlags(command)
    .usage('[options] [ssh options] [USER@]INSTANCE [ssh options] [--] [COMMAND…]')
    .option(
      '--os-user <name>',
      'the account; also USER@ and -l (default: of the profile, else ec2-user)',
    )
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
    .addHelpText(
      'after',
      `
ssh's options work as with ssh: -L -R -D -W -N -f -t -T -A -C -J -p -q -v -o …
Refused, with the reason: those that name other keys (-i, -I, -o IdentityFile …) or change how
the host is recognised (-o StrictHostKeyChecking …): its host keys come from its agent.
~/.ssh/config is not read, as its IdentityFile lines would offer standing keys; -F FILE reads one.
A connection is only shared (ControlMaster) when you ask for it with -M, -S or -o ControlPath.
For rsync: rsync -e "fleetkey ssh" … web-1:/path; or plain rsync after fleetkey ssh-config install.
Exit code: that of the remote command; 255 when ssh failed; others: fleetkey help exit-codes`,
    )
}
