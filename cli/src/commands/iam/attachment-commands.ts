import type { Command } from 'commander'
import { iamOperation } from '../../api/operations.ts'
import { withApi } from '../../api/with-api.ts'
import { defineCommand, withConnectionFlags } from '../../command.ts'
import type { ConnectionFlags } from '../../config/settings.ts'
import { printable } from '../../output.ts'
import type { Screen } from '../../screen.ts'
import { commandOf, named, type Kind } from './kind.ts'
import { policyArnOf } from './policy-arn.ts'

/** `fleetkey iam users attach` and the same for groups and roles. */
export function attachCommand(screen: Screen, kind: Kind): Command {
  return attachmentCommand(screen, kind, {
    name: 'attach',
    operation: `Attach${kind.noun}Policy`,
    summary: `Give a ${kind.word} a managed policy.`,
    said: 'has the managed policy',
  })
}

/** `fleetkey iam users detach` and the same for groups and roles. */
export function detachCommand(screen: Screen, kind: Kind): Command {
  return attachmentCommand(screen, kind, {
    name: 'detach',
    operation: `Detach${kind.noun}Policy`,
    summary: `Take a managed policy from a ${kind.word}. The next request already feels it.`,
    said: 'no longer has',
  })
}

interface Change {
  readonly name: string
  readonly operation: string
  readonly summary: string
  readonly said: string
}

function attachmentCommand(
  screen: Screen,
  kind: Kind,
  { name, operation, summary, said }: Change,
): Command {
  const begin = `${commandOf(kind)} ${name} ${kind.example}`
  const examples = [
    `${begin} staging-logins`,
    `${begin} arn:aws:iam::aws:policy/AdministratorAccess`,
  ]
  return withConnectionFlags(defineCommand(screen, name, { summary, examples }))
    .argument(`<${kind.word}>`)
    .argument('<policy>', 'name or ARN')
    .action(async (whose: string, policy: string, flags: ConnectionFlags) => {
      await withApi(screen, flags, async (api) => {
        const PolicyArn = await policyArnOf(api, policy)
        await api.call(iamOperation(operation), { ...named(kind, whose), PolicyArn })
      })
      screen.out(`${printable(whose)} ${said} ${printable(policy)}.\n`)
    })
}
