import type { Command } from 'commander'
import { iamOperation } from '../../api/operations.ts'
import { withApi } from '../../api/with-api.ts'
import { defineCommand, withConnectionFlags } from '../../command.ts'
import type { ConnectionFlags } from '../../config/settings.ts'
import { printable } from '../../output.ts'
import type { Screen } from '../../screen.ts'
import { commandOf, named, type Kind } from './kind.ts'
import { policyArnOf } from './policy-arn.ts'

/** `fleetkey iam users boundary …` and the same for roles. */
export function boundaryCommand(screen: Screen, kind: Kind): Command {
  const begin = `${commandOf(kind)} boundary`
  return defineCommand(screen, 'boundary', {
    summary: `The most that a ${kind.word} may ever do, whatever its policies say.`,
    examples: [`${begin} set ${kind.example} team-limits`, `${begin} remove ${kind.example}`],
  })
    .addCommand(setCommand(screen, kind))
    .addCommand(removeCommand(screen, kind))
}

function setCommand(screen: Screen, kind: Kind): Command {
  const about = {
    summary: 'Set the permissions boundary: a managed policy that allows nothing by itself.',
    examples: [`${commandOf(kind)} boundary set ${kind.example} team-limits`],
  }
  return withConnectionFlags(defineCommand(screen, 'set', about))
    .argument(`<${kind.word}>`)
    .argument('<policy>', 'name or ARN of a managed policy')
    .action(async (whose: string, policy: string, flags: ConnectionFlags) => {
      await withApi(screen, flags, async (api) => {
        const PermissionsBoundary = await policyArnOf(api, policy)
        const input = { ...named(kind, whose), PermissionsBoundary }
        await api.call(iamOperation(`Put${kind.noun}PermissionsBoundary`), input)
      })
      screen.out(`${printable(whose)} may do nothing beyond ${printable(policy)}.\n`)
    })
}

function removeCommand(screen: Screen, kind: Kind): Command {
  const about = {
    summary: 'Remove the permissions boundary: the policies then count in full.',
    examples: [`${commandOf(kind)} boundary remove ${kind.example}`],
  }
  return withConnectionFlags(defineCommand(screen, 'remove', about))
    .argument(`<${kind.word}>`)
    .action(async (whose: string, flags: ConnectionFlags) => {
      await withApi(screen, flags, (api) =>
        api.call(iamOperation(`Delete${kind.noun}PermissionsBoundary`), named(kind, whose)),
      )
      screen.out(`${printable(whose)} has no boundary.\n`)
    })
}
