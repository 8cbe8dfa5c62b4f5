import { SSH_SESSION_ID_PATTERN } from '@fleetkey/domain/ssh-session'
import type { Command } from 'commander'
import { withApi } from '../api/with-api.ts'
import { defineCommand, withListingFlags, type ListingFlags } from '../command.ts'
import { usageFailure } from '../failure.ts'
import { printableJson } from '../output.ts'
import { printParts, type Screen } from '../screen.ts'
import { getSession, type ListedSession } from '../sessions/list-sessions.ts'
import { stateText, whoText } from '../sessions/session-texts.ts'
import { localTime } from '../time.ts'

/** `fleetkey sessions show` */
export function showCommand(screen: Screen): Command {
  const command = defineCommand(screen, 'show', {
    summary: 'Show one session: who, where from, by what, and how it ended.',
    examples: [
      'fleetkey sessions show s-0123456789abcdef0',
      'fleetkey sessions show s-0123456789abcdef0 --output json',
    ],
  })
  return withListingFlags(command)
    .argument('<session>', 'id')
    .action(async (sessionId: string, flags: ListingFlags) => {
      if (!SSH_SESSION_ID_PATTERN.test(sessionId)) {
        throw usageFailure(
          `"${sessionId}" is not the id of a session.`,
          'See which there are with: fleetkey sessions list --all',
        )
      }
      const session = await withApi(screen, flags, (api) => getSession(api, sessionId))
      if (flags.output === 'json') screen.out(`${printableJson(session)}\n`)
      else printParts(screen, flags.output, partsOf(session, screen.now()))
    })
}

function partsOf(session: ListedSession, now: number): Readonly<Record<string, string>> {
  const { instanceName, instanceId, sourceAddress, sourcePort } = session
  const known = {
    who: session.principalArn ?? whoText(session),
    instance: instanceName === undefined ? instanceId : `${instanceName} (${instanceId})`,
    'os user': session.osUser,
    from:
      sourceAddress === undefined
        ? undefined
        : `${sourceAddress}${sourcePort === undefined ? '' : ` port ${sourcePort}`}`,
    state: stateText(session, now),
    began: localTime(session.startedAt),
    ended: endText(session),
    'logged in by': session.method,
    key: session.fingerprint,
    request: session.requestId,
    'no grant': session.unexplainedBecause,
    trail: session.recorded ? undefined : NOT_RECORDED,
    'seen by': session.seenBy,
    process: String(session.processId),
  }
  const parts = Object.entries(known).filter(([, value]) => value !== undefined)
  return { session: session.sessionId, ...Object.fromEntries(parts) } as Record<string, string>
}

const NOT_RECORDED =
  'It is not recorded: the host told of more logins than are recorded of one host (event ReceiptsLeftOut).'

function endText({ endedAt, endedNotBefore, ending }: ListedSession): string | undefined {
  if (endedAt === undefined) return undefined
  const at = localTime(endedAt)
  const when = endedNotBefore === undefined ? at : `between ${localTime(endedNotBefore)} and ${at}`
  return `${when} (${ending ?? 'closed'})`
}
