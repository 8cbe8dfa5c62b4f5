import {
  asAnswer,
  numberOf,
  optionalTextOf,
  textOf,
  unexpected,
  type Answer,
} from '../api/answer.ts'

/** One record of the trail as a person reads it; `record` is the whole. */
export interface EventView {
  readonly seq: number
  readonly hash: string
  /** Milliseconds since 1970. */
  readonly time: number
  readonly who: string
  readonly action: string
  readonly instanceId: string | undefined
  readonly osUser: string | undefined
  readonly fingerprint: string | undefined
  readonly phase: string
  readonly requestId: string
  readonly errorCode: string | undefined
  /** Why it was refused or failed, line by line. */
  readonly reasons: readonly string[]
  /** A read that went well: of little interest among logins. */
  readonly isRoutine: boolean
  readonly record: Answer
}

/** From one entry of LookupEvents' `Events`. */
export function readEvent(entry: Answer): EventView {
  const record = asAnswer(entry['Record'], 'Record')
  const facts = asAnswer(record['additionalEventData'] ?? {}, 'additionalEventData')
  const asked = asAnswer(record['requestParameters'] ?? {}, 'requestParameters')
  const errorCode = optionalTextOf(record, 'errorCode')
  const time = Date.parse(textOf(record, 'eventTime'))
  if (Number.isNaN(time)) throw unexpected('eventTime is not a time')
  return {
    seq: numberOf(entry, 'Seq'),
    hash: textOf(entry, 'Hash'),
    time,
    who: whoOf(asAnswer(record['userIdentity'], 'userIdentity')),
    action: textOf(record, 'eventName'),
    instanceId: firstText(facts['instanceId'], asked['instanceId'], instanceOf(record)),
    osUser: firstText(facts['osUser'], asked['instanceOSUser']),
    fingerprint: firstText(facts['fingerprint']),
    phase: firstText(facts['phase']) ?? 'complete',
    requestId: textOf(record, 'requestID'),
    errorCode,
    reasons: errorCode === undefined ? [] : reasonsOf(record, facts),
    isRoutine:
      errorCode === undefined &&
      record['readOnly'] === true &&
      record['eventType'] === 'AwsApiCall',
    record,
  }
}

/** What became of it, in a word for the table; `reasons` say why. */
export function outcomeText(event: EventView): string {
  if (event.errorCode === undefined) return event.phase === 'intent' ? 'begun' : 'done'
  return event.errorCode
}

/**
 * Events without the intents whose outcome is also there: a person wants to see one line for one act. `outcomes` remembers across
 * pages; it works on newest first, where the outcome comes before its intent.
 */
export function withoutSettledIntents(
  events: readonly EventView[],
  outcomes: Set<string>,
): readonly EventView[] {
  return events.filter((event) => {
    if (event.phase === 'outcome') outcomes.add(event.requestId)
    return event.phase !== 'intent' || !outcomes.has(event.requestId)
  })
}

function whoOf(identity: Answer): string {
  switch (identity['type']) {
    case 'Root':
      return 'root'
    case 'AWSService':
      return optionalTextOf(identity, 'invokedBy') ?? 'service'
    case 'IAMUser':
      return optionalTextOf(identity, 'userName') ?? optionalTextOf(identity, 'arn') ?? '-'
    case 'AssumedRole':
      return (
        sessionOf(optionalTextOf(identity, 'arn')) ?? optionalTextOf(identity, 'principalId') ?? '-'
      )
    case 'WebIdentityUser':
      return firstText(identity['displayName'], identity['userName']) ?? '-'
    default:
      return optionalTextOf(identity, 'principalId') ?? '-'
  }
}

/** `sre/carol@example.com`: the role, and the name of the session, which with single sign-on is the person's address. */
function sessionOf(arn: string | undefined): string | undefined {
  return arn === undefined ? undefined : /:assumed-role\/([^/]+\/[^/]+)$/.exec(arn)?.[1]
}

function reasonsOf(record: Answer, facts: Answer): readonly string[] {
  const { errorCode } = record
  // Otherwise the explanation says why it was allowed, which is not why it failed.
  const isDenied = typeof errorCode === 'string' && errorCode.startsWith('AccessDenied')
  const explanation = isDenied ? firstText(facts['explanation']) : undefined
  // A denial's message only says who wanted what, as the columns do.
  const text = explanation ?? optionalTextOf(record, 'errorMessage') ?? ''
  return text.split('\n').filter((line) => line !== '')
}

/** Denied requests have no parameters in the record, as in CloudTrail; what they were about still stands in its resources. */
function instanceOf(record: Answer): string | undefined {
  const resources: unknown = record['resources']
  if (!Array.isArray(resources)) return undefined
  for (const resource of resources as unknown[]) {
    const arn = asAnswer(resource, 'a resource')['ARN']
    const id = typeof arn === 'string' ? /:instance\/(i-[0-9a-f]+)$/.exec(arn)?.[1] : undefined
    if (id !== undefined) return id
  }
  return undefined
}

function firstText(...values: readonly unknown[]): string | undefined {
  return values.find((value): value is string => typeof value === 'string' && value !== '')
}
