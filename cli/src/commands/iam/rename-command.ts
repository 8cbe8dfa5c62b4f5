import type { Command } from 'commander'
import { iamOperation } from '../../api/operations.ts'
import { withApi } from '../../api/with-api.ts'
import { defineCommand, withConnectionFlags } from '../../command.ts'
import type { ConnectionFlags } from '../../config/settings.ts'
import { printable } from '../../output.ts'
import type { Screen } from '../../screen.ts'
import { commandOf, named, type Kind } from './kind.ts'

interface RenameFlags extends ConnectionFlags {
  readonly path?: string
}

/** `fleetkey iam users rename` and the same for groups. IAM renames no roles. */
export function renameCommand(screen: Screen, kind: Kind): Command {
  const { noun, word, example } = kind
  const about = {
    summary: `Give a ${word} another name, or another path. Policies that name it by its ARN no longer mean it.`,
    examples: [
      `${commandOf(kind)} rename ${example} ${example}-2`,
      `${commandOf(kind)} rename ${example} ${example} --path /team-a/`,
    ],
  }
  return withConnectionFlags(defineCommand(screen, 'rename', about))
    .argument(`<${word}>`)
    .argument('<new-name>')
    .option('--path <path>', 'its new path, e.g. /team-a/')
    .action(async (name: string, newName: string, flags: RenameFlags) => {
      const change = { [`New${noun}Name`]: newName, NewPath: flags.path }
      await withApi(screen, flags, (api) =>
        api.call(iamOperation(`Update${noun}`), { ...named(kind, name), ...change }),
      )
      screen.out(`The ${word} ${printable(name)} is now ${printable(newName)}.\n`)
    })
}
