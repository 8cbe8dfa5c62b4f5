import { Option, type Command } from 'commander'
import { ApiClient } from '../api/api-client.ts'
import { defineCommand, withConnectionFlags } from '../command.ts'
import { readProfiles } from '../config/profiles.ts'
import { resolveConnection, type ConnectionFlags } from '../config/settings.ts'
import { Failure } from '../failure.ts'
import { firewallRules, FIREWALLS, type Firewall } from '../ip-ranges/firewall.ts'
import { readRanges } from '../ip-ranges/read-ranges.ts'
import { printableJson, table } from '../output.ts'
import type { Screen } from '../screen.ts'
import { parsePort } from '../ssh/port.ts'

interface RangesFlags extends ConnectionFlags {
  readonly format: 'table' | 'json' | Firewall
  readonly port: string
}

/** `fleetkey ip-ranges` */
export function ipRangesCommand(screen: Screen): Command {
  const command = defineCommand(screen, 'ip-ranges', {
    summary:
      'Show the addresses from which the control plane connects to hosts; everybody may ask.',
    examples: [
      'fleetkey ip-ranges',
      'fleetkey ip-ranges --format nftables > /etc/nftables.d/fleetkey.nft',
      'fleetkey ip-ranges --format ufw | sh',
      'fleetkey ip-ranges --format aws-security-group > rules.json',
      'aws ec2 authorize-security-group-ingress --group-id sg-… --ip-permissions file://rules.json',
    ],
  })
  const format = new Option(
    '--format <format>',
    'for people, programs (as AWS has it) or firewalls',
  )
  return withConnectionFlags(command)
    .addOption(format.choices(['table', 'json', ...FIREWALLS]).default('table'))
    .option('--port <port>', 'at which the hosts’ sshd listens, for firewalls', '22')
    .addHelpText(
      'after',
      `
Hosts that are only reached through their agents' own connections need no rule at all. The list changes with the
server: fetch it regularly; syncToken grows with each change.`,
    )
    .action(async (flags: RangesFlags) => {
      const port = parsePort(flags.port, 'See: fleetkey ip-ranges --help') ?? 22
      const connection = resolveConnection(flags, screen.env, readProfiles(screen.env))
      const api = new ApiClient(connection, () => screen.now())
      try {
        const document = await api.read('/ip-ranges.json')
        if (!document) {
          throw new Failure('badAnswer', 'The server does not say from where it connects.', {
            todo: ['It may be older than this fleetkey.'],
          })
        }
        const ranges = readRanges(document)
        if (flags.format === 'json') return screen.out(`${printableJson(document)}\n`)
        if (ranges.length === 0) {
          throw new Failure('notFound', 'The server knows no address from which it connects.', {
            why: ['it has connected to no host yet, and its configuration names none'],
            todo: ['Name them in the configuration of the server: egress: [203.0.113.7]'],
          })
        }
        if (flags.format !== 'table')
          return screen.out(firewallRules(flags.format, { ranges, port }))
        screen.out(
          table(
            ['RANGE', 'FAMILY'],
            ranges.map(({ text, family }) => [text, `IPv${family}`]),
          ),
        )
      } finally {
        api.close()
      }
    })
}
