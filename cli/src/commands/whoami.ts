import type { Command } from 'commander'
import { optionalTextOf, textOf } from '../api/answer.ts'
import { GET_CALLER_IDENTITY } from '../api/operations.ts'
import { withApi } from '../api/with-api.ts'
import { defineCommand, withListingFlags, type ListingFlags } from '../command.ts'
import { printParts, type Screen } from '../screen.ts'

/** `fleetkey whoami` */
export function whoamiCommand(screen: Screen): Command {
  const command = defineCommand(screen, 'whoami', {
    summary: 'Say who the server takes you for, and where you are asking.',
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
      printParts(screen, flags.output, who)
    })
  })
}
