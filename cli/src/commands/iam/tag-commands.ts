import type { Command } from 'commander'
import type { ApiClient } from '../../api/api-client.ts'
import { iamOperation } from '../../api/operations.ts'
import { withApi } from '../../api/with-api.ts'
import { defineCommand, withConnectionFlags } from '../../command.ts'
import type { ConnectionFlags } from '../../config/settings.ts'
import { printable } from '../../output.ts'
import type { Screen } from '../../screen.ts'
import { parseTag } from '../instances-tag.ts'

/** What can have tags. */
export interface Tagged {
  readonly noun: 'User' | 'Role' | 'Policy'
  readonly word: string
  readonly example: string
  /** `fleetkey iam users` */
  readonly command: string
  /** The member of a request that names one. */
  name(api: Pick<ApiClient, 'call'>, meant: string): Promise<object>
}

export function tagCommand(screen: Screen, tagged: Tagged): Command {
  const { noun, word, example, command } = tagged
  const about = {
    summary: `Set tags of a ${word}. Policies can decide by them.`,
    examples: [`${command} tag ${example} team=web cost-center=42`],
  }
  return withConnectionFlags(defineCommand(screen, 'tag', about))
    .argument(`<${word}>`)
    .argument('<tags...>', 'KEY=VALUE')
    .action(async (meant: string, texts: readonly string[], flags: ConnectionFlags) => {
      const Tags = texts.map(parseTag)
      await withApi(screen, flags, async (api) =>
        api.call(iamOperation(`Tag${noun}`), { ...(await tagged.name(api, meant)), Tags }),
      )
      screen.out(`${printable(meant)} has the tags ${printable(texts.join(' '))}\n`)
    })
}

export function untagCommand(screen: Screen, tagged: Tagged): Command {
  const { noun, word, example, command } = tagged
  const about = {
    summary: `Remove tags of a ${word}.`,
    examples: [`${command} untag ${example} team cost-center`],
  }
  return withConnectionFlags(defineCommand(screen, 'untag', about))
    .argument(`<${word}>`)
    .argument('<keys...>')
    .action(async (meant: string, TagKeys: readonly string[], flags: ConnectionFlags) => {
      await withApi(screen, flags, async (api) =>
        api.call(iamOperation(`Untag${noun}`), { ...(await tagged.name(api, meant)), TagKeys }),
      )
      screen.out(`${printable(meant)} no longer has ${printable(TagKeys.join(' '))}\n`)
    })
}
