import { InvalidArgumentError, type Command } from 'commander'
import { asAnswer } from '../../api/answer.ts'
import { iamOperation } from '../../api/operations.ts'
import { Refusal } from '../../api/refusal.ts'
import { withApi } from '../../api/with-api.ts'
import {
  defineCommand,
  withConnectionFlags,
  withListingFlags,
  type ListingFlags,
} from '../../command.ts'
import type { ConnectionFlags } from '../../config/settings.ts'
import { printParts, type Screen } from '../../screen.ts'

/** `fleetkey iam password-policy …`; alone, it shows. */
export function passwordPolicyCommand(screen: Screen): Command {
  return defineCommand(screen, 'password-policy', {
    summary: 'What passwords of users must be like.',
    examples: [
      'fleetkey iam password-policy',
      'fleetkey iam password-policy set --min-length 16 --users-may-change',
    ],
  })
    .addCommand(showCommand(screen), { isDefault: true })
    .addCommand(setCommand(screen))
    .addCommand(resetCommand(screen))
}

function showCommand(screen: Screen): Command {
  const about = {
    summary: 'Show the password policy.',
    examples: ['fleetkey iam password-policy show'],
  }
  return withListingFlags(defineCommand(screen, 'show', about)).action(
    async (flags: ListingFlags) => {
      const parts = await withApi(screen, flags, async (api) => {
        try {
          const answer = await api.call(iamOperation('GetAccountPasswordPolicy'), {})
          return asAnswer(answer['PasswordPolicy'], 'PasswordPolicy')
        } catch (error) {
          if (error instanceof Refusal && error.code === 'NoSuchEntity') return undefined
          throw error
        }
      })
      if (parts === undefined) {
        printParts(screen, flags.output, { policy: 'none of yours: at least twelve characters' })
        return
      }
      const shown = Object.entries(parts).map(([name, value]) => [name, String(value)])
      printParts(screen, flags.output, Object.fromEntries(shown))
    },
  )
}

interface SetFlags extends ConnectionFlags {
  readonly minLength: number
  readonly symbols?: true
  readonly numbers?: true
  readonly uppercase?: true
  readonly lowercase?: true
  readonly usersMayChange?: true
  readonly maxAge?: number
  readonly remember?: number
  readonly hardExpiry?: true
}

function setCommand(screen: Screen): Command {
  const about = {
    summary: 'Set the whole password policy: what you leave out is not demanded.',
    examples: [
      'fleetkey iam password-policy set --min-length 16 --users-may-change',
      'fleetkey iam password-policy set --min-length 12 --numbers --symbols --remember 5',
    ],
  }
  return withConnectionFlags(defineCommand(screen, 'set', about))
    .requiredOption('--min-length <count>', 'characters: 6 to 128', wholeNumber)
    .option('--symbols', 'one at least')
    .option('--numbers', 'one at least')
    .option('--uppercase', 'one letter at least')
    .option('--lowercase', 'one letter at least')
    .option('--users-may-change', 'their own password, without a policy that says so')
    .option('--max-age <days>', 'then it must be changed: 1 to 1095', wholeNumber)
    .option('--remember <count>', 'so many old ones are not taken again: 1 to 24', wholeNumber)
    .option('--hard-expiry', 'who is too late must ask an administrator')
    .action(async (flags: SetFlags) => {
      const input = {
        MinimumPasswordLength: flags.minLength,
        RequireSymbols: flags.symbols === true,
        RequireNumbers: flags.numbers === true,
        RequireUppercaseCharacters: flags.uppercase === true,
        RequireLowercaseCharacters: flags.lowercase === true,
        AllowUsersToChangePassword: flags.usersMayChange === true,
        MaxPasswordAge: flags.maxAge,
        PasswordReusePrevention: flags.remember,
        HardExpiry: flags.hardExpiry === true,
      }
      await withApi(screen, flags, (api) =>
        api.call(iamOperation('UpdateAccountPasswordPolicy'), input),
      )
      screen.out('The password policy is set. It holds for passwords that are set from now on.\n')
    })
}

function resetCommand(screen: Screen): Command {
  const about = {
    summary: 'Go back to the policy of the house: at least twelve characters.',
    examples: ['fleetkey iam password-policy reset'],
  }
  return withConnectionFlags(defineCommand(screen, 'reset', about)).action(
    async (flags: ConnectionFlags) => {
      await withApi(screen, flags, (api) =>
        api.call(iamOperation('DeleteAccountPasswordPolicy'), {}),
      )
      screen.out('The password policy is that of the house again.\n')
    },
  )
}

function wholeNumber(text: string): number {
  if (/^\d{1,6}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('It must be a whole number.')
}
