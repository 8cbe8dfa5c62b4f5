import type { OwnEvent } from '@fleetkey/domain/own-event'
import { isAlarm } from '@fleetkey/domain/alarm'
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
  /** e.g. `ec2-instance-connect.amazonaws.com` */
  readonly source: string
  readonly sourceAddress: string | undefined
  readonly userAgent: string | undefined
  readonly instanceId: string | undefined
  /** As it was called then. */
  readonly instanceName: string | undefined
  readonly osUser: string | undefined
  readonly fingerprint: string | undefined
  readonly phase: string
  readonly requestId: string
  readonly eventId: string
  readonly errorCode: string | undefined
  /** A host tells what should not be. */
  readonly isAlarm: boolean
  /** Why it was refused or failed, line by line. */
  readonly reasons: readonly string[]
  readonly record: Answer
}

/** From one entry of SearchEvents' `Events`. */
export function readEvent(entry: Answer): EventView {
  const record = asAnswer(entry['Record'], 'Record')
  const facts = asAnswer(record['additionalEventData'] ?? {}, 'additionalEventData')
  const asked = asAnswer(record['requestParameters'] ?? {}, 'requestParameters')
  const errorCode = optionalTextOf(record, 'errorCode')
  const action = textOf(record, 'eventName')
  const time = Date.parse(textOf(record, 'eventTime'))
  if (Number.isNaN(time)) throw unexpected('eventTime is not a time')
  return {
    seq: numberOf(entry, 'Seq'),
    hash: textOf(entry, 'Hash'),
    time,
    who: whoOf(asAnswer(record['userIdentity'], 'userIdentity')),
    action,
    source: textOf(record, 'eventSource'),
    sourceAddress: firstText(record['sourceIPAddress']),
    userAgent: firstText(record['userAgent']),
    instanceId: firstText(facts['instanceId'], asked['instanceId'], instanceOf(record)),
    instanceName: firstText(facts['instanceName']),
    osUser: firstText(facts['osUser'], asked['instanceOSUser']),
    fingerprint: firstText(facts['fingerprint']),
    phase: firstText(facts['phase']) ?? 'complete',
    requestId: textOf(record, 'requestID'),
    eventId: textOf(record, 'eventID'),
    errorCode,
    isAlarm: isAlarm(action, facts),
    reasons: errorCode === undefined ? toldByHost(record, facts) : reasonsOf(record, facts),
    record,
  }
}

/** What became of it, in a word for the table; `reasons` say why. */
export function outcomeText({ action, errorCode, phase, isAlarm }: EventView): string {
  if (errorCode !== undefined) return errorCode
  if (isAlarm) return 'alarm'
  if (action === 'KeyRefused') return 'refused'
  return phase === 'intent' ? 'begun' : 'done'
}

/** Whether somebody was kept from something, or should know of it. */
export function wentWrong({ action, errorCode, isAlarm }: EventView): boolean {
  return errorCode !== undefined || action === 'KeyRefused' || isAlarm
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

/** A host's report is a record without an error; these are about what somebody should know the reason of. */
const EXPLAINED: readonly unknown[] = [
  'KeyRefused',
  'LoginUnexplained',
  'LogTampered',
  'ReceiptsLeftOut',
] satisfies readonly OwnEvent[]

function toldByHost(record: Answer, facts: Answer): readonly string[] {
  const says = facts['says']
  return EXPLAINED.includes(record['eventName']) && typeof says === 'string' ? [says] : []
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
