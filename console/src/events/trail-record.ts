import { isAlarm } from '@fleetkey/domain/alarm'
import type { TrailEvent, UserIdentity } from '@fleetkey/domain/trail-event'

/** One of `Events` of SearchEvents. */
export interface EventAnswer {
  readonly Seq: number
  readonly Hash: string
  readonly Record: TrailEvent
}

/** A record of the trail as people read it; `record` is the whole. */
export interface EventView {
  readonly seq: number
  readonly hash: string
  readonly eventId: string
  readonly requestId: string
  /** Seconds since 1970. */
  readonly time: number
  readonly eventName: string
  readonly eventSource: string
  /** What people call the principal. */
  readonly who: string
  readonly sourceAddress: string | undefined
  readonly instanceId: string | undefined
  /** As it was called then. */
  readonly instanceName: string | undefined
  readonly osUser: string | undefined
  readonly fingerprint: string | undefined
  readonly sessionId: string | undefined
  readonly outcome: EventOutcome
  /** The error code, or the cause that a host told. */
  readonly reason: string | undefined
  /** Why it was refused or failed, or what a host has to say, line by line. */
  readonly says: readonly string[]
  readonly record: TrailEvent
}

/** `refused`: by sshd, as the host tells. `alarm`: what a host tells that should not be. `told`: anything else that a host tells. */
export type EventOutcome = 'begun' | 'ok' | 'denied' | 'failed' | 'refused' | 'alarm' | 'told'

export function readEvent({ Seq, Hash, Record: record }: EventAnswer): EventView {
  const facts = record.additionalEventData
  const asked = record.requestParameters ?? {}
  return {
    seq: Seq,
    hash: Hash,
    eventId: record.eventID,
    requestId: record.requestID,
    time: Date.parse(record.eventTime) / 1000,
    eventName: record.eventName,
    eventSource: record.eventSource,
    who: whoOf(record.userIdentity),
    sourceAddress: textOf(record.sourceIPAddress) ?? textOf(facts['sourceAddress']),
    instanceId: textOf(facts['instanceId']) ?? textOf(asked['instanceId']) ?? instanceIn(record),
    instanceName: textOf(facts['instanceName']),
    osUser: textOf(facts['osUser']) ?? textOf(asked['instanceOSUser']),
    fingerprint: textOf(facts['fingerprint']),
    sessionId: textOf(facts['sessionId']),
    outcome: outcomeOf(record),
    reason: textOf(record.errorCode) ?? textOf(facts['cause']),
    says: saysOf(record),
    record,
  }
}

export function whoOf(identity: UserIdentity): string {
  switch (identity.type) {
    case 'Root':
      return 'root'
    case 'IAMUser':
      return identity.userName ?? identity.arn
    case 'AssumedRole':
      return /:assumed-role\/([^/]+\/[^/]+)$/.exec(identity.arn)?.[1] ?? identity.principalId
    case 'WebIdentityUser':
      return identity.displayName ?? identity.userName
    case 'AWSService':
      return identity.invokedBy
    case 'Unknown':
      return identity.principalId
  }
}

function outcomeOf({
  errorCode,
  eventName,
  eventType,
  additionalEventData,
}: TrailEvent): EventOutcome {
  if (errorCode !== undefined && errorCode !== '')
    return /^(AccessDenied|.*UnauthorizedOperation$)/.test(errorCode) ? 'denied' : 'failed'
  if (eventName === 'KeyRefused') return 'refused'
  if (isAlarm(eventName, additionalEventData)) return 'alarm'
  if (additionalEventData.phase === 'intent') return 'begun'
  return eventType === 'AwsServiceEvent' ? 'told' : 'ok'
}

function saysOf({
  errorCode,
  errorMessage,
  additionalEventData: facts,
}: TrailEvent): readonly string[] {
  // Otherwise the explanation says why it was allowed, which is not why it failed.
  const why = errorCode?.startsWith('AccessDenied') ? facts.explanation : undefined
  const text = why ?? errorMessage ?? textOf(facts['says']) ?? ''
  return text.split('\n').filter((line) => line !== '')
}

/** A denied request has no parameters on record, as in CloudTrail; what it was about still stands in its resources. */
function instanceIn({ resources = [] }: TrailEvent): string | undefined {
  for (const { ARN } of resources) {
    const id = /:instance\/(i-[0-9a-f]+)$/.exec(ARN)?.[1]
    if (id !== undefined) return id
  }
  return undefined
}

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined
