import type { Command } from 'commander'
import { answersOf, optionalTextOf, textOf } from '../api/answer.ts'
import type { ApiClient } from '../api/api-client.ts'
import { END_SSH_SESSIONS } from '../api/operations.ts'
import { withApi } from '../api/with-api.ts'
import { defineCommand, withListingFlags, type ListingFlags } from '../command.ts'
import { confirm } from '../confirm.ts'
import { Failure, usageFailure } from '../failure.ts'
import { printListing, type Screen } from '../screen.ts'
import { sessionQuery, withSessionFlags, type SessionFlags } from '../sessions/session-flags.ts'

interface EndFlags extends ListingFlags, SessionFlags {
  readonly dryRun?: true
  readonly yes?: true
}

interface EndResult {
  readonly sessionId: string
  readonly instanceId: string | undefined
  readonly osUser: string | undefined
  readonly userName: string | undefined
  readonly result: string
  readonly says: string
}

/** `fleetkey sessions end` */
export function endCommand(screen: Screen): Command {
  const command = defineCommand(screen, 'end', {
    summary: 'End sessions on their hosts, each with all that was started in it.',
    examples: [
      'fleetkey sessions end s-0123456789abcdef0',
      'fleetkey sessions end --mine',
      'fleetkey sessions end --user ann --dry-run',
      'fleetkey sessions end --tag env=prod --os-user root --yes',
    ],
  })
  return withSessionFlags(withListingFlags(command))
    .argument('[session...]', 'ids')
    .option('--dry-run', 'only say which they are')
    .option('--yes', 'do not ask')
    .action(async (ids: readonly string[], flags: EndFlags) => {
      await withApi(screen, flags, async (api) => {
        const query = await sessionQuery(api, flags)
        if ((ids.length === 0) === (Object.keys(query).length === 0)) {
          throw usageFailure(
            'It is not said which sessions are meant, or it is said in two ways.',
            'Give ids, or --mine, --user, --instance, --tag, --os-user',
          )
        }
        const [id, ...more] = ids
        const isOne = id !== undefined && more.length === 0
        if (isOne && !flags.dryRun) return show(screen, flags, await end(api, { SessionIds: ids }))
        const named = ids.length > 0 ? { SessionIds: ids } : query
        const meant = await end(api, { ...named, DryRun: true })
        if (flags.dryRun) return show(screen, flags, meant)
        const open = meant.filter(({ result }) => result === 'would-end')
        if (open.length === 0) return show(screen, flags, meant)
        const question = `End ${count(open)} (${names(open)})? What runs in them is killed.`
        await confirm(screen, { question, yes: flags.yes })
        // Those that were shown, and none that began since.
        const SessionIds = open.map(({ sessionId }) => sessionId)
        show(screen, flags, await endAll(api, SessionIds))
      })
    })
}

/** EndSSHSessions takes no more at once. */
const MAX_AT_ONCE = 500

async function endAll(api: ApiClient, ids: readonly string[]): Promise<readonly EndResult[]> {
  const results: EndResult[] = []
  for (let at = 0; at < ids.length; at += MAX_AT_ONCE) {
    // oxlint-disable-next-line no-await-in-loop -- what the first is refused the next would be as well
    results.push(...(await end(api, { SessionIds: ids.slice(at, at + MAX_AT_ONCE) })))
  }
  return results
}

async function end(api: ApiClient, input: object): Promise<readonly EndResult[]> {
  const answer = await api.call(END_SSH_SESSIONS, input)
  return answersOf(answer, 'Sessions').map((one) => ({
    sessionId: textOf(one, 'SessionId'),
    instanceId: optionalTextOf(one, 'InstanceId'),
    osUser: optionalTextOf(one, 'InstanceOSUser'),
    userName: optionalTextOf(one, 'UserName'),
    result: textOf(one, 'Result'),
    says: textOf(one, 'Says'),
  }))
}

/** @throws Failure when one of them goes on, or there is none of that id */
function show(screen: Screen, flags: EndFlags, results: readonly EndResult[]): void {
  printListing(screen, flags.output, {
    headings: ['SESSION', 'INSTANCE', 'OS USER', 'WHO', 'RESULT', ''],
    rows: results.map((one) => [
      one.sessionId,
      one.instanceId ?? '-',
      one.osUser ?? '-',
      one.userName ?? '-',
      one.result,
      one.says,
    ]),
    json: results,
    whenEmpty: 'No such session is open.',
  })
  const unknown = results.filter(({ result }) => result === 'not-found')
  const left = results.filter(({ result }) => result === 'not-ended' || result === 'unreachable')
  if (left.length > 0) {
    throw new Failure('instanceUnavailable', `${count(left)} may go on: ${names(left)}.`, {
      todo: ['Try again, or see to it on the host.'],
    })
  }
  if (unknown.length > 0) {
    throw new Failure('notFound', `There is no session ${names(unknown)}.`, {
      todo: ['See which there are with: fleetkey sessions list --all'],
    })
  }
}

const count = ({ length }: readonly EndResult[]) =>
  length === 1 ? 'one session' : `${length} sessions`

const MOST_NAMES = 5

const names = (results: readonly EndResult[]) =>
  results
    .slice(0, MOST_NAMES)
    .map(({ sessionId, userName, instanceId }) =>
      instanceId === undefined
        ? sessionId
        : `${sessionId} of ${userName ?? 'nobody known'} on ${instanceId}`,
    )
    .join(', ') + (results.length > MOST_NAMES ? ', …' : '')
