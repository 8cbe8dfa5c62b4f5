import type { Command } from 'commander'
import { withApi } from '../api/with-api.ts'
import { defineCommand, withListingFlags, type ListingFlags } from '../command.ts'
import { usageFailure } from '../failure.ts'
import { getGrant, type ShownGrant } from '../grants/grant.ts'
import { stepText } from '../grants/step-text.ts'
import { printable, printableJson, table } from '../output.ts'
import type { Screen } from '../screen.ts'
import { localTime } from '../time.ts'

const REQUEST_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** `fleetkey grants show` */
export function showGrantCommand(screen: Screen): Command {
  const command = defineCommand(screen, 'show', {
    summary:
      'What became of a pushed key: delivered, offered, accepted, refused and why, or expired. Asks the host, too.',
    examples: [
      'fleetkey grants show 019ac1f2-0d3e-7c1a-9a52-6f1f0d5f7a10',
      'fleetkey grants show 019ac1f2-0d3e-7c1a-9a52-6f1f0d5f7a10 --output json | jq -r .cause',
    ],
  })
  return withListingFlags(command)
    .argument(
      '<request-id>',
      'of the push: a refused "fleetkey ssh" names it, and so do send-key and events with --output json',
    )
    .action(async (grantId: string, flags: ListingFlags) => {
      if (!REQUEST_ID.test(grantId)) {
        throw usageFailure(
          `"${grantId}" is not the id of a request.`,
          'Find it with: fleetkey events --event SendSSHPublicKey --output json',
        )
      }
      const grant = await withApi(screen, flags, (api) =>
        getGrant(api, grantId, { waitSeconds: 0 }),
      )
      if (flags.output === 'json') return screen.out(`${printableJson(grant)}\n`)
      for (const [name, value] of parts(grant))
        screen.out(`${name.padEnd(8)}  ${printable(value)}\n`)
      const rows = grant.steps.map((step) => [localTime(step.time), step.kind, stepText(step)])
      screen.out(`\n${table(['TIME', 'STEP', ''], rows)}`)
    })
}

function parts(grant: ShownGrant): readonly (readonly [string, string])[] {
  const { instanceId, osUser, fingerprint, pushedBy, state, cause, says, mend } = grant
  return [
    ['key', fingerprint],
    ['for', `${osUser} on ${instanceId}`],
    ...(pushedBy === undefined ? [] : [['by', pushedBy] as const]),
    ['state', state],
    ...(says === undefined ? [] : [['why', says] as const]),
    ...(cause === undefined ? [] : [['cause', cause] as const]),
    ...(mend === undefined ? [] : [['do', mend] as const]),
  ]
}
