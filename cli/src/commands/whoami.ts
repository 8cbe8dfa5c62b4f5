import type { Command } from 'commander'
import { optionalTextOf, textOf } from '../api/answer.ts'
import { GET_CALLER_IDENTITY } from '../api/operations.ts'
import { withApi } from '../api/with-api.ts'
import { defineCommand, withListingFlags, type ListingFlags } from '../command.ts'
import { printParts, type Screen } from '../screen.ts'
import { loginView } from '../sign-in/login-view.ts'
import { localTime } from '../time.ts'

/** `fleetkey whoami` */
export function whoamiCommand(screen: Screen): Command {
  const command = defineCommand(screen, 'whoami', {
    summary:
      'Say who the server takes you for, where you are asking, and how long you are logged in.',
    examples: ['fleetkey whoami', 'fleetkey whoami --profile staging --output json'],
  })
  return withListingFlags(command).action(async (flags: ListingFlags) => {
    await withApi(screen, flags, async (api, settings) => {
      const answer = await api.call(GET_CALLER_IDENTITY, {})
      const who = {
        arn: textOf(answer, 'Arn'),
        userId: optionalTextOf(answer, 'UserId') ?? '',
        account: textOf(answer, 'Account'),
        endpoint: settings.endpoint.origin,
        region: settings.region,
        accessKeyId: settings.credentials.accessKeyId,
      }
      const { session } = settings
      if (!session) return printParts(screen, flags.output, who)
      const { provider, role, expiresAt, renewable } = loginView(session)
      printParts(screen, flags.output, {
        ...who,
        provider: provider ?? 'password',
        ...(role === undefined ? {} : { role }),
        expiresAt: flags.output === 'json' ? expiresAt : localTime(session.expiresAt),
        renewal: renewable ? 'by itself' : 'fleetkey login',
      })
    })
  })
}
