import type { Command } from 'commander'
import { iamOperation } from '../../api/operations.ts'
import { Refusal } from '../../api/refusal.ts'
import { withApi } from '../../api/with-api.ts'
import { secretAsker } from '../../ask.ts'
import { defineCommand, withConnectionFlags } from '../../command.ts'
import type { ConnectionFlags } from '../../config/settings.ts'
import { Failure } from '../../failure.ts'
import { printable } from '../../output.ts'
import type { Screen } from '../../screen.ts'

interface PasswordFlags extends ConnectionFlags {
  readonly keep?: true
}

/** `fleetkey iam users set-password`: the password comes from the terminal, unseen, or from standard input; never from the command line. */
export function setPasswordCommand(screen: Screen): Command {
  const about = {
    summary: 'Give a user a password to log in with, or another one. It must be changed at login.',
    examples: [
      'fleetkey iam users set-password alice',
      'fleetkey iam users set-password robot --keep < password.txt',
    ],
  }
  return withConnectionFlags(defineCommand(screen, 'set-password', about))
    .argument('<user>')
    .option('--keep', 'it need not be changed at the next login')
    .action(async (UserName: string, flags: PasswordFlags) => {
      const input = {
        UserName,
        Password: await askPassword(screen, UserName),
        PasswordResetRequired: flags.keep !== true,
      }
      await withApi(screen, flags, async (api) => {
        try {
          await api.call(iamOperation('CreateLoginProfile'), input)
        } catch (error) {
          if (!(error instanceof Refusal) || error.code !== 'EntityAlreadyExists') throw error
          await api.call(iamOperation('UpdateLoginProfile'), input)
        }
      })
      screen.out(`${printable(UserName)} has a new password.\n`)
      screen.err(`They log in with: fleetkey login --user ${printable(UserName)}\n`)
    })
}

async function askPassword(screen: Screen, userName: string): Promise<string> {
  const askFor = secretAsker(screen, 'Give the password on standard input.')
  const password = await askFor(`New password of ${printable(userName)} (not shown): `)
  if (!screen.interactive) return password
  if ((await askFor('The same again: ')) === password) return password
  throw new Failure('cancelled', 'The two are not the same; nothing was changed.')
}
