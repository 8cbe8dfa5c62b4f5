import type { Command } from 'commander'
import { tagProblem } from '@fleetkey/domain/instance'
import { CREATE_TAGS, DELETE_TAGS } from '../api/operations.ts'
import { withApi } from '../api/with-api.ts'
import { defineCommand, withConnectionFlags } from '../command.ts'
import type { ConnectionFlags } from '../config/settings.ts'
import { usageFailure } from '../failure.ts'
import { findInstance } from '../instance/find-instance.ts'
import { printable } from '../output.ts'
import type { Screen } from '../screen.ts'

/** A tag as the API writes it. */
export interface ApiTag {
  readonly Key: string
  readonly Value: string
}

/** `fleetkey instances tag` */
export function tagCommand(screen: Screen): Command {
  const command = defineCommand(screen, 'tag', {
    summary: 'Set tags. Policies can decide by them, so setting them is a right of its own.',
    examples: [
      'fleetkey instances tag web-1 Env=production Team=web',
      'fleetkey instances tag i-0123456789abcdef0 "Name=web 1"',
    ],
  })
  return withConnectionFlags(command)
    .argument('<instance>', 'id, Name tag or address')
    .argument('<tags...>', 'KEY=VALUE')
    .action(async (meant: string, texts: readonly string[], flags: ConnectionFlags) => {
      const tags = texts.map(parseTag)
      await withApi(screen, flags, async (api) => {
        const { instanceId } = await findInstance(api, meant)
        await api.call(CREATE_TAGS, { Resources: [instanceId], Tags: tags })
        screen.out(`${printable(instanceId)} has the tags ${printable(texts.join(' '))}\n`)
      })
    })
}

/** `fleetkey instances untag` */
export function untagCommand(screen: Screen): Command {
  const command = defineCommand(screen, 'untag', {
    summary: 'Remove tags.',
    examples: ['fleetkey instances untag web-1 Env Team'],
  })
  return withConnectionFlags(command)
    .argument('<instance>', 'id, Name tag or address')
    .argument('<keys...>', 'KEY, or KEY=VALUE to remove it only with this value')
    .action(async (meant: string, texts: readonly string[], flags: ConnectionFlags) => {
      const tags = texts.map((text) => (text.includes('=') ? parseTag(text) : { Key: text }))
      await withApi(screen, flags, async (api) => {
        const { instanceId } = await findInstance(api, meant)
        await api.call(DELETE_TAGS, { Resources: [instanceId], Tags: tags })
        screen.out(`${printable(instanceId)} no longer has ${printable(texts.join(' '))}\n`)
      })
    })
}

/** `Env=production` as a tag; what EC2 would not take is refused here, with the rule. */
export function parseTag(text: string): ApiTag {
  const equals = text.indexOf('=')
  if (equals < 1) throw usageFailure(`"${text}" is not a tag.`, 'Write it like Env=production')
  const tag = { Key: text.slice(0, equals), Value: text.slice(equals + 1) }
  const problem = tagProblem(tag.Key, tag.Value)
  if (problem !== undefined) throw usageFailure(`"${text}" cannot be a tag.`, problem)
  return tag
}
