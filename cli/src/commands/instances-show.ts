import type { Command } from 'commander'
import type { LockState } from '@fleetkey/domain/host-facts'
import { withApi } from '../api/with-api.ts'
import { defineCommand, withListingFlags, type ListingFlags } from '../command.ts'
import { findInstance } from '../instance/find-instance.ts'
import type { ListedInstance } from '../instance/list-instances.ts'
import { printable, printableJson } from '../output.ts'
import type { Screen } from '../screen.ts'
import { localTime } from '../time.ts'
import { linkText } from './instances-list.ts'

/** `fleetkey instances show` */
export function showCommand(screen: Screen): Command {
  const command = defineCommand(screen, 'show', {
    summary: 'Everything about one instance: tags, addresses, agent, and what stops logins.',
    examples: ['fleetkey instances show web-1', 'fleetkey instances show 10.0.0.7 --output json'],
  })
  return withListingFlags(command)
    .argument('<instance>', 'id, Name tag or address')
    .action(async (meant: string, flags: ListingFlags) => {
      const instance = await withApi(screen, flags, (api) => findInstance(api, meant))
      if (flags.output === 'json') return screen.out(`${printableJson(instance)}\n`)
      for (const [name, value] of parts(instance, screen.now())) {
        screen.out(`${name.padEnd(10)}  ${printable(value)}\n`)
      }
    })
}

function parts(instance: ListedInstance, now: number): readonly (readonly [string, string])[] {
  const { facts } = instance
  const lines: [string, string][] = [
    ['instance', instance.instanceId],
    ['name', instance.name ?? '-'],
    ['state', instance.state],
    ['agent', linkText(instance, now)],
  ]
  if (instance.enrolledAt !== undefined) lines.push(['enrolled', localTime(instance.enrolledAt)])
  for (const { key, value } of instance.tags) lines.push(['tag', `${key}=${value}`])
  if (!facts) return [...lines, ['host', 'its agent has not said anything about it yet']]
  lines.push(
    ['host', `${facts.hostname}, ${facts.os}, ${facts.architecture}`],
    ['addresses', [...facts.addresses4, ...facts.addresses6].join(' ') || '-'],
    ['ssh', `port ${facts.sshPort}, ${facts.sshdVersion || 'sshd not found'}`],
    ['delivery', `${facts.delivery}, agent ${facts.agentVersion}`],
    ['lock', lockText(facts.lock)],
  )
  for (const key of facts.hostKeys) lines.push(['host key', key])
  for (const problem of facts.problems) lines.push(['problem', problem])
  return lines
}

/** Whether grants are the only way in, in words. */
export function lockText(lock: LockState): string {
  switch (lock.kind) {
    case 'locked':
      return 'locked: grants are the only way in'
    case 'open':
      return `open: there are other ways in: ${lock.ways.join('; ')}`
    case 'unknown':
      return `unknown: ${lock.because}`
  }
}
