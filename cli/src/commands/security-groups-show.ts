import type { Command } from 'commander'
import { withApi } from '../api/with-api.ts'
import { defineCommand, withListingFlags, type ListingFlags } from '../command.ts'
import { printable, printableJson, table } from '../output.ts'
import type { OutputFormat, Screen } from '../screen.ts'
import { findSecurityGroup } from '../security-group/find-security-group.ts'
import type { ListedGroup, ListedRule } from '../security-group/list-security-groups.ts'

/** `fleetkey security-groups show` */
export function showCommand(screen: Screen): Command {
  const command = defineCommand(screen, 'show', {
    summary: 'Everything about one security group.',
    examples: [
      'fleetkey security-groups show office',
      'fleetkey security-groups show sg-0123456789abcdef0 --output json',
    ],
  })
  return withListingFlags(command)
    .argument('<group>', 'id or name')
    .action(async (meant: string, flags: ListingFlags) => {
      const group = await withApi(screen, flags, (api) => findSecurityGroup(api, meant))
      showGroup(screen, flags.output, group)
    })
}

/** A line for each fact and a table of rules, or the whole as JSON. */
export function showGroup(screen: Screen, format: OutputFormat, group: ListedGroup): void {
  if (format === 'json') return screen.out(`${printableJson(group)}\n`)
  const lines: readonly (readonly [string, string])[] = [
    ['group', group.groupId],
    ['name', group.name],
    ['site', group.site],
    ['mode', group.mode ?? '-'],
    ['about', group.description],
    ...group.instanceIds.map((id) => ['instance', id] as const),
    ...group.tags.map(({ key, value }) => ['tag', `${key}=${value}`] as const),
  ]
  for (const [name, value] of lines) screen.out(`${name.padEnd(8)}  ${printable(value)}\n`)
  if (group.rules.length === 0) {
    const isEnforced = group.mode === 'enforce' && group.instanceIds.length > 0
    const says = isEnforced ? 'nobody is let in' : 'nobody would be let in, once it is enforced'
    return screen.out(`\nNo rules: ${says}.\n`)
  }
  const rows = group.rules.map((rule) => [
    rule.source,
    rule.protocol === '-1' ? 'all' : rule.protocol,
    portsOf(rule),
    rule.enforced,
    rule.ruleId,
    rule.description ?? '-',
  ])
  screen.out(`\n${table(['FROM', 'PROTOCOL', 'PORT', 'ENFORCED', 'RULE', 'DESCRIPTION'], rows)}`)
}

function portsOf({ fromPort, toPort }: ListedRule): string {
  if (fromPort === -1) return 'all'
  return fromPort === toPort ? String(fromPort) : `${fromPort}-${toPort}`
}
