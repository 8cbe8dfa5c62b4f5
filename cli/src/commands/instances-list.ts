import type { Command } from 'commander'
import { withApi } from '../api/with-api.ts'
import { defineCommand, withListingFlags, type ListingFlags } from '../command.ts'
import { usageFailure } from '../failure.ts'
import {
  listInstances,
  type InstanceFilter,
  type ListedInstance,
} from '../instance/list-instances.ts'
import { ago } from '../time.ts'
import { printListing, type Screen } from '../screen.ts'

interface ListFlags extends ListingFlags {
  readonly filter: readonly string[]
}

/** `fleetkey instances [list]` */
export function listCommand(screen: Screen): Command {
  const command = defineCommand(screen, 'list', {
    summary: 'List instances.',
    examples: [
      'fleetkey instances',
      'fleetkey instances --filter tag:Env=production --filter instance-state-name=running',
      "fleetkey instances --output json | jq -r '.[].instanceId'",
    ],
  })
  return withListingFlags(command)
    .option(
      '--filter <name=values>',
      'as in EC2: tag:KEY=A,B, tag-key=K, instance-state-name=S; may be repeated',
      (text: string, before: readonly string[]) => [...before, text],
      [],
    )
    .action(async (flags: ListFlags) => {
      const filters = flags.filter.map(parseFilter)
      const query = filters.length === 0 ? {} : { Filters: filters }
      const found = await withApi(screen, flags, (api) => listInstances(api, query))
      const sorted = found.toSorted(byName)
      printListing(screen, flags.output, {
        headings: ['NAME', 'INSTANCE', 'ADDRESS', 'AGENT', 'LOCK', 'OS', 'TAGS'],
        rows: sorted.map((instance) => row(instance, screen.now())),
        json: sorted,
        whenEmpty:
          filters.length === 0
            ? 'No instances yet. Enrol one: fleetkey join-tokens create'
            : 'No instance fits these filters.',
      })
    })
}

/** `tag:Env=a,b` as a filter of DescribeInstances. */
export function parseFilter(text: string): InstanceFilter {
  const equals = text.indexOf('=')
  if (equals < 1) {
    throw usageFailure(`"${text}" is not a filter.`, 'Write it like --filter tag:Env=production')
  }
  return { Name: text.slice(0, equals), Values: text.slice(equals + 1).split(',') }
}

function row(instance: ListedInstance, now: number): readonly string[] {
  const { facts, link } = instance
  const problems = facts?.problems.length ?? 0
  return [
    instance.name ?? '-',
    instance.instanceId,
    instance.address4 ?? instance.address6 ?? '-',
    linkText(instance, now) + (problems > 0 && link.state === 'connected' ? ' (!)' : ''),
    facts?.lock.kind ?? '-',
    facts?.os ?? '-',
    instance.tags
      .filter(({ key }) => key !== 'Name')
      .map(({ key, value }) => `${key}=${value}`)
      .join(' '),
  ]
}

/** `connected`, or since when it is not; `pending` when no host has joined as it yet. */
export function linkText({ link, state }: ListedInstance, now: number): string {
  if (state === 'pending') return state
  if (link.state === 'connected' || link.since === undefined) return link.state
  return `${link.state} ${ago(now - link.since)}`
}

/** As people count: web-2 before web-10. */
function byName(a: ListedInstance, b: ListedInstance): number {
  const key = (instance: ListedInstance) => instance.name ?? `\u{10ffff}${instance.instanceId}`
  return key(a).localeCompare(key(b), 'en', { numeric: true })
}
