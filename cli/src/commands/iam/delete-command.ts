import type { Command } from 'commander'
import type { ApiClient } from '../../api/api-client.ts'
import { iamOperation } from '../../api/operations.ts'
import { withApi } from '../../api/with-api.ts'
import { defineCommand, withConnectionFlags } from '../../command.ts'
import type { ConnectionFlags } from '../../config/settings.ts'
import { confirm } from '../../confirm.ts'
import { printable } from '../../output.ts'
import type { Screen } from '../../screen.ts'
import type { Fact } from './fact.ts'
import { commandOf, named, type Kind } from './kind.ts'

interface DeleteFlags extends ConnectionFlags {
  readonly yes?: true
}

/** What hangs on one, asked before it is deleted. */
export type HeldBy = (api: Pick<ApiClient, 'call'>, name: string) => Promise<readonly Fact[]>

/** `fleetkey iam users delete` and the same for groups and roles: with all that hangs on it, at once. */
export function deleteCommand(screen: Screen, kind: Kind, heldBy: HeldBy): Command {
  const { noun, word, example } = kind
  const about = {
    summary: `Delete a ${word} with all that hangs on it. It shows what that is, and asks.`,
    examples: [
      `${commandOf(kind)} delete ${example}`,
      `${commandOf(kind)} delete ${example} --yes`,
    ],
  }
  return withConnectionFlags(defineCommand(screen, 'delete', about))
    .argument(`<${word}>`)
    .option('--yes', 'do not ask')
    .action(async (name: string, flags: DeleteFlags) => {
      const called = `${word} ${printable(name)}`
      await withApi(screen, flags, async (api) => {
        if (!flags.yes) {
          for (const line of goesWithIt(await heldBy(api, name))) screen.err(`${line}\n`)
          await confirm(screen, { question: `Delete the ${called} for good?`, yes: undefined })
        }
        await api.call(iamOperation(`Delete${noun}`), { ...named(kind, name), Force: true })
      })
      screen.out(`The ${called} is deleted.\n`)
    })
}

function goesWithIt(facts: readonly Fact[]): readonly string[] {
  const held = facts.filter(({ lines }) => lines.length > 0)
  if (held.length === 0) return ['Nothing hangs on it.']
  return [
    'With it goes:',
    ...held.flatMap(({ label, lines }) => lines.map((line) => `  ${label}: ${printable(line)}`)),
  ]
}
