import type { ApiClient } from '../api/api-client.ts'
import { Failure } from '../failure.ts'
import { printable, printableJson } from '../output.ts'
import type { OutputFormat, Screen } from '../screen.ts'
import { followGrant } from './follow-grant.ts'
import type { ShownGrant } from './grant.ts'
import { stepText } from './step-text.ts'

/** Those that the push itself has told of. */
const TOLD: ReadonlySet<string> = new Set(['pushed', 'delivered'])

/**
 * Says what becomes of a key that was just pushed, a line for each step; for programs one object at the end. Throws the Failure that
 * belongs to an end which is no login.
 */
export async function waitForLogin(
  api: Pick<ApiClient, 'call'>,
  pushed: {
    readonly requestId: string
    readonly instanceId: string
    readonly osUser: string
    readonly usableUntil: Date
    readonly seconds: number
    readonly output: OutputFormat
  },
  screen: Screen,
): Promise<void> {
  const { seconds, output, requestId, instanceId, osUser, usableUntil } = pushed
  const say = (time: number, what: string, text: string) => {
    const clock = new Date(time).toTimeString().slice(0, 8)
    screen.out(`${clock}  ${what.padEnd(8)}  ${printable(text)}\n`)
  }
  const grant = await followGrant(api, requestId, {
    seconds,
    now: () => screen.now(),
    onStep(step) {
      if (output === 'json' || TOLD.has(step.kind)) return
      say(step.time, step.kind, stepText(step))
    },
    onHint(says) {
      if (output !== 'json') say(screen.now(), 'waiting', says)
    },
  })
  if (output === 'json') {
    const result = { instanceId, osUser, usableUntil, requestId, grant }
    screen.out(`${printableJson(result)}\n`)
  }
  const failure = failureOf(grant)
  if (failure !== undefined) throw failure
}

function failureOf({ state, says, mend, grantId, osUser }: ShownGrant): Failure | undefined {
  const story = `The whole story: fleetkey grants show ${grantId}`
  const more = {
    why: says === undefined ? [] : [says],
    todo: [...(mend === undefined ? [] : [mend]), story],
  }
  switch (state) {
    case 'accepted':
      return undefined
    case 'refused':
      return new Failure('loginRefused', `sshd refused the login as ${osUser}.`, more)
    case 'expired':
      return new Failure('keyExpired', 'Nobody logged in with the key while it lived.', more)
    default:
      return new Failure('notLoggedIn', 'Nobody has logged in with the key yet.', more)
  }
}
