import type { Command } from 'commander'
import { withApi } from '../api/with-api.ts'
import { defineCommand, withConnectionFlags } from '../command.ts'
import type { ConnectionFlags } from '../config/settings.ts'
import { findInstance } from '../instance/find-instance.ts'
import { printable } from '../output.ts'
import type { Screen } from '../screen.ts'
import { placesOf } from '../ssh/login-target.ts'
import { parsePort } from '../ssh/port.ts'
import { parseMaxDuration } from '../tunnels/max-duration.ts'
import { reach } from '../tunnels/reach.ts'

interface TunnelFlags extends ConnectionFlags {
  readonly localPort: string
  readonly remotePort?: string
  readonly address?: string
  readonly maxDuration?: string
  readonly verbose?: boolean
}

const SEE_HELP = 'See: fleetkey tunnel --help'

/** `fleetkey tunnel` */
export function tunnelCommand(screen: Screen): Command {
  const command = defineCommand(screen, 'tunnel', {
    summary:
      'Listen on a port of this machine; each connection is a tunnel to a port of an instance.',
    examples: [
      'fleetkey tunnel web-1 --local-port 2222',
      'fleetkey tunnel db-1 --local-port 5432 --remote-port 5432 --max-duration 8h',
      'fleetkey tunnel web-1 --local-port 0      any free port; it is printed',
    ],
  })
  return withConnectionFlags(command)
    .argument('<instance>', 'id, Name tag or address')
    .requiredOption('--local-port <port>', 'on 127.0.0.1; 0 for any that is free')
    .option(
      '--remote-port <port>',
      "default: that of the instance's sshd; others need its administrator's leave",
    )
    .option('--address <ip>', 'another address of the instance than the first that it reported')
    .option(
      '--max-duration <span>',
      'end each tunnel after 15m, 8h … (default: the longest allowed)',
    )
    .option('--verbose', 'say how each tunnel was opened')
    .addHelpText(
      'after',
      `
Whoever can connect to the local port goes through with your rights: everybody on this machine.
Ctrl-C ends it and its tunnels. Exit codes by cause: fleetkey help exit-codes`,
    )
    .action(async (meant: string, flags: TunnelFlags) => {
      const localPort = flags.localPort === '0' ? 0 : (parsePort(flags.localPort, SEE_HELP) ?? 0)
      const asked = parsePort(flags.remotePort, SEE_HELP)
      const maxSeconds = parseMaxDuration(flags.maxDuration, SEE_HELP)
      const { serveTunnels } = await import('../tunnels/serve-tunnels.ts')
      await withApi(screen, flags, async (api, settings) => {
        const instance = await findInstance(api, meant)
        const port = asked ?? instance.facts?.sshPort ?? 22
        const places = placesOf(instance, { address: flags.address, family: undefined })
        const say = (text: string) => screen.err(`${printable(text)}\n`)
        await serveTunnels({
          localPort,
          say,
          ready: (listening) =>
            say(
              `Listening on 127.0.0.1:${listening} for ${instance.name ?? instance.instanceId} port ${port}. Ctrl-C ends it.`,
            ),
          open: (signal) =>
            reach(
              {
                instanceId: instance.instanceId,
                places,
                port,
                network: () => Promise.resolve(instance),
              },
              { via: 'tunnel', maxSeconds },
              {
                api,
                settings,
                env: screen.env,
                verbose: flags.verbose ?? false,
                now: () => screen.now(),
                say,
                signal,
              },
            ),
        })
      })
    })
}
