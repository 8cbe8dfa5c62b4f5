import { GRANT_TTL_SECONDS } from './grant.ts'
import { isLoginCause, LOGIN_CAUSES, type LoginCause } from './login-cause.ts'
import type { TrailEvent, UserIdentity } from './trail-event.ts'

/** A record of the trail, and when it was made, in milliseconds since 1970 by the server's clock. */
export interface RecordOfGrant {
  readonly time: number
  readonly event: TrailEvent
}

/** What became of a pushed key so far. */
export type GrantState =
  /** What was asked for is on record, and what came of it is not yet. */
  | 'pushed'
  /** The push itself was refused: no key came to the host. */
  | 'not-delivered'
  | 'delivered'
  /** sshd was asked for the key. */
  | 'offered'
  | 'refused'
  | 'accepted'
  /** Its time is over, and nobody logged in with it. */
  | 'expired'

/** One thing that happened to the key. */
export interface GrantStep {
  readonly kind:
    | 'pushed'
    | 'not-delivered'
    | 'delivered'
    | 'offered'
    | 'refused'
    | 'accepted'
    | 'ended'
    | 'expired'
  /** When it came on record, by the server's clock. */
  readonly time: number
  /** By the host's clock. */
  readonly hostTime?: string
  readonly says?: string
  /** Of refusals. */
  readonly cause?: LoginCause
  /** Whence the login came. */
  readonly sourceAddress?: string
}

/** A push, and all that is on record of the key since. */
export interface GrantStory {
  readonly instanceId: string
  readonly osUser: string
  /** `SHA256:…` */
  readonly fingerprint: string
  readonly pushedBy: UserIdentity
  readonly state: GrantState
  /** Milliseconds since 1970 by the server's clock; the host counts for itself. Undefined while no key is on the host. */
  readonly usableUntil?: number
  /** In the order in which they came on record. */
  readonly steps: readonly GrantStep[]
}

/** The calls that make a grant. */
export const PUSHES: readonly string[] = ['SendSSHPublicKey', 'SendSerialConsoleSSHPublicKey']

/** More come from a host that tells more than there can be. */
const MAX_STEPS = 64

/**
 * The story of a grant, from the records of the request that pushed it, oldest first. Undefined when no push is among them. Records in
 * the name of another host than the one that the key went to are nothing of it: a host may say what it wants.
 */
export function grantStory(records: readonly RecordOfGrant[], now: number): GrantStory | undefined {
  const first = records.find(({ event }) => PUSHES.includes(event.eventName))
  if (first === undefined) return undefined
  const { additionalEventData: facts, userIdentity: pushedBy } = first.event
  const [instanceId, osUser, fingerprint] = ['instanceId', 'osUser', 'fingerprint'].map((name) =>
    textOf(facts[name]),
  )
  if (instanceId === undefined || osUser === undefined || fingerprint === undefined)
    return undefined
  const own = records.filter(
    ({ event }) => event === first.event || event.additionalEventData['instanceId'] === instanceId,
  )
  const told = withoutRepeats(own).flatMap(stepsOf).slice(0, MAX_STEPS)
  const delivered = told.find(({ kind }) => kind === 'delivered')
  const usableUntil =
    delivered === undefined ? undefined : delivered.time + GRANT_TTL_SECONDS * 1000
  const state = stateOf(told, usableUntil !== undefined && now >= usableUntil)
  return {
    instanceId,
    osUser,
    fingerprint,
    pushedBy,
    state,
    ...(usableUntil === undefined ? {} : { usableUntil }),
    steps: withEnd(told, { state, usableUntil }),
  }
}

/** Whether nothing more is to be waited for. A refused key may still log in until its time is over. */
export function isOver({ state }: Pick<GrantStory, 'state'>): boolean {
  switch (state) {
    case 'not-delivered':
    case 'refused':
    case 'accepted':
    case 'expired':
      return true
    case 'pushed':
    case 'delivered':
    case 'offered':
      return false
  }
}

/** The last reason why the key did not log anybody in; undefined when it did, or nobody has been refused. */
export function refusalOf(
  story: GrantStory,
): (GrantStep & { readonly cause: LoginCause }) | undefined {
  if (story.state === 'accepted') return undefined
  const last = story.steps.findLast(({ kind }) => kind === 'refused')
  return last?.cause === undefined ? undefined : { ...last, cause: last.cause }
}

/** Older servers recorded a receipt again that a host sent again because nobody had answered it. */
function withoutRepeats(records: readonly RecordOfGrant[]): readonly RecordOfGrant[] {
  const seen = new Set<unknown>()
  return records.filter(({ event }) => {
    const { receiptId } = event.additionalEventData
    if (receiptId === undefined) return true
    const isNew = !seen.has(receiptId)
    seen.add(receiptId)
    return isNew
  })
}

function stepsOf({ time, event }: RecordOfGrant): readonly GrantStep[] {
  const { eventName, errorCode, errorMessage, additionalEventData: facts } = event
  const { phase } = facts
  const host = { time, ...text('hostTime', facts), ...text('sourceAddress', facts) }
  if (PUSHES.includes(eventName)) {
    const says = errorMessage ?? errorCode
    if (says !== undefined) return [{ kind: 'not-delivered', time, says }]
    if (phase === 'outcome') return [{ kind: 'delivered', time }]
    return [{ kind: 'pushed', time }]
  }
  switch (eventName) {
    case 'KeyOffered':
      return [{ kind: 'offered', ...host }]
    case 'KeyRefused': {
      const { cause } = facts
      const known = isLoginCause(cause) ? cause : 'unknown'
      return [
        {
          kind: 'refused',
          ...host,
          cause: known,
          says: textOf(facts['says']) ?? LOGIN_CAUSES[known].says,
        },
      ]
    }
    case 'SessionStarted':
      return [{ kind: 'accepted', ...host }]
    case 'SessionEnded':
      return [{ kind: 'ended', ...host }]
    case 'KeyExpiredUnused':
      return [{ kind: 'expired', ...host, says: 'Nobody offered the key.' }]
    default:
      return []
  }
}

function stateOf(steps: readonly GrantStep[], isTimeOver: boolean): GrantState {
  const kinds = steps.map(({ kind }) => kind)
  if (kinds.includes('accepted')) return 'accepted'
  if (kinds.includes('refused')) return 'refused'
  if (kinds.includes('not-delivered')) return 'not-delivered'
  if (isTimeOver || kinds.includes('expired')) return 'expired'
  if (kinds.includes('offered')) return 'offered'
  return kinds.includes('delivered') ? 'delivered' : 'pushed'
}

/** The end of its time is nobody's record where the key was offered, or the host is gone. */
function withEnd(
  steps: readonly GrantStep[],
  { state, usableUntil }: { readonly state: GrantState; readonly usableUntil: number | undefined },
): readonly GrantStep[] {
  if (state !== 'expired' || usableUntil === undefined) return steps
  if (steps.some(({ kind }) => kind === 'expired')) return steps
  return [...steps, { kind: 'expired', time: usableUntil }]
}

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' ? value : undefined

function text<Name extends 'hostTime' | 'sourceAddress'>(
  name: Name,
  facts: Readonly<Record<string, unknown>>,
): Partial<Record<Name, string>> {
  const value = textOf(facts[name])
  return value === undefined ? {} : ({ [name]: value } as Record<Name, string>)
}
