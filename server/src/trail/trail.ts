import { randomUUID } from 'node:crypto'
import type { Realm } from '@fleetkey/domain/realm'
import type { ChainLink } from '@fleetkey/domain/trail-chain'
import type {
  AdditionalEventData,
  TrailEvent,
  TrailPhase,
  UserIdentity,
} from '@fleetkey/domain/trail-event'
import {
  StoreUnavailable,
  type IntentResult,
  type ReplayKey,
  type Store,
  type StoredAnswer,
  type TrailEntry,
} from '../store/store.ts'
import type { LateRecord, LateRecords } from './late-records.ts'
import { recordText } from './record-text.ts'

/** What is known of an act when it is recorded; the trail adds ids, times and shape. */
export interface Act {
  readonly requestId: string
  readonly eventName: string
  /** e.g. `ec2-instance-connect.amazonaws.com` */
  readonly eventSource: string
  readonly eventType: TrailEvent['eventType']
  readonly readOnly: boolean
  readonly identity: UserIdentity
  /** What it is found by: the user's name, `root`, an instance. */
  readonly userName: string
  readonly sourceAddress: string
  /** Of the trusted proxy that handed it on, if one did. */
  readonly proxyAddress?: string | undefined
  readonly userAgent: string
  readonly tls?: Readonly<Record<string, string>>
  /** Id of the instance that it is about, or empty. */
  readonly resource: string
  readonly resourceArns: readonly string[]
  readonly requestParameters: Readonly<Record<string, unknown>> | null
  /** Our own facts, beside CloudTrail's. */
  readonly facts: Readonly<Record<string, unknown>>
}

export interface Outcome {
  readonly responseElements?: Readonly<Record<string, unknown>> | null
  readonly errorCode?: string
  readonly errorMessage?: string
  readonly explanation?: string
}

/**
 * Writes the audit log. Every method resolves only when the record is durable, but for `note`. While it cannot be written (StoreUnavailable)
 * a refused intent and an outcome are recorded as soon as it can; the caller is told of a failure all the same.
 */
export interface Trail {
  intent(act: Act, replay: ReplayKey, explanation: string): Promise<IntentResult>
  outcome(
    act: Act,
    outcome: Outcome,
    answer: StoredAnswer & { readonly replayKey: string },
  ): Promise<ChainLink>
  /** An act that changes nothing, or one that was refused before it began. */
  complete(act: Act, outcome: Outcome): Promise<ChainLink>
  /** As `complete`, but nothing when something was recorded by that name before; see TrailStore.appendOnce. */
  completeOnce(act: Act, outcome: Outcome, report: string): Promise<Once>
  /** As `complete`, but while the trail cannot be written it is kept in memory, up to a limit; beyond that it rejects. */
  note(act: Act, outcome: Outcome): Promise<void>
}

/** `repeated`: it is on record already. */
export type Once = 'recorded' | 'repeated'

/** What a request is recorded with that was refused because the trail could not be written. */
const UNRECORDED: Outcome = {
  errorCode: 'ServiceUnavailable',
  errorMessage: 'The trail could not be written then.',
}

export function createTrail(
  store: Pick<Store, 'trail'>,
  realm: Realm,
  { now, late }: { readonly now: () => number; readonly late: Pick<LateRecords, 'keep'> },
): Trail {
  function entry(
    act: Act,
    phase: TrailPhase,
    outcome: Outcome,
    { time, eventId } = { time: now(), eventId: randomUUID() as string },
  ): TrailEntry {
    const errorCode = outcome.errorCode ?? ''
    return {
      eventId,
      requestId: act.requestId,
      phase,
      time,
      eventName: act.eventName,
      readOnly: act.readOnly,
      userName: act.userName,
      resource: act.resource,
      errorCode,
      record: recordText(trailEvent(act, { outcome, phase, time, eventId, realm })),
    }
  }

  /** Rethrows what went wrong unless it is kept for later. `of`: the record that could not be written, if it is this one. */
  function keepForLater(
    error: unknown,
    record: { readonly act: Act; readonly outcome: Outcome; readonly phase: LateRecord['phase'] },
    of: { readonly time: number; readonly eventId: string } = {
      time: now(),
      eventId: randomUUID(),
    },
  ): void {
    if (!(error instanceof StoreUnavailable)) throw error
    const { act, outcome, phase } = record
    const lateAct = { ...act, facts: { ...act.facts, recordedLate: true } }
    const isKept = late.keep({
      phase,
      requestId: act.requestId,
      entry: (as) => entry(lateAct, as, outcome, of),
    })
    if (!isKept) throw error
  }

  return {
    async intent(act, replay, explanation) {
      try {
        return await store.trail.appendIntent(entry(act, 'intent', { explanation }), replay)
      } catch (error) {
        const outcome = { ...UNRECORDED, explanation }
        keepForLater(error, { act, outcome, phase: 'refused' })
        throw error
      }
    },
    async outcome(act, outcome, { replayKey, ...answer }) {
      const record = entry(act, 'outcome', outcome)
      try {
        return await store.trail.appendOutcome(record, replayKey, answer)
      } catch (error) {
        keepForLater(error, { act, outcome, phase: 'outcome' }, record)
        throw error
      }
    },
    complete: (act, outcome) => store.trail.append(entry(act, 'complete', outcome)),
    async completeOnce(act, outcome, report) {
      const isFirst = await store.trail.appendOnce(entry(act, 'complete', outcome), report)
      return isFirst ? 'recorded' : 'repeated'
    },
    async note(act, outcome) {
      const record = entry(act, 'complete', outcome)
      try {
        await store.trail.append(record)
      } catch (error) {
        keepForLater(error, { act, outcome, phase: 'complete' }, record)
      }
    },
  }
}

function trailEvent(
  act: Act,
  parts: { outcome: Outcome; phase: TrailPhase; time: number; eventId: string; realm: Realm },
): TrailEvent {
  const { outcome, phase, time, eventId, realm } = parts
  // CloudTrail shows no parameters of a denied request; what was asked for stands in our own facts.
  const denied = outcome.errorCode === 'AccessDenied'
  const additionalEventData: AdditionalEventData = {
    phase,
    ...act.facts,
    ...(act.proxyAddress === undefined ? {} : { proxyAddress: act.proxyAddress }),
    ...(outcome.explanation ? { explanation: outcome.explanation } : {}),
  }
  return {
    eventVersion: '1.08',
    userIdentity: act.identity,
    eventTime: `${new Date(time).toISOString().slice(0, 19)}Z`,
    eventSource: act.eventSource,
    eventName: act.eventName,
    awsRegion: realm.region,
    sourceIPAddress: act.sourceAddress,
    userAgent: act.userAgent,
    ...(outcome.errorCode ? { errorCode: outcome.errorCode } : {}),
    ...(outcome.errorMessage ? { errorMessage: outcome.errorMessage } : {}),
    requestParameters: denied ? null : act.requestParameters,
    responseElements: outcome.responseElements ?? null,
    additionalEventData,
    requestID: act.requestId,
    eventID: eventId,
    readOnly: act.readOnly,
    ...(act.resourceArns.length === 0
      ? {}
      : {
          resources: act.resourceArns.map((arn) => ({
            ARN: arn,
            accountId: realm.accountId,
            type: resourceType(arn),
          })),
        }),
    eventType: act.eventType,
    managementEvent: true,
    recipientAccountId: realm.accountId,
    eventCategory: 'Management',
    ...(act.tls === undefined ? {} : { tlsDetails: act.tls }),
  }
}

function resourceType(arn: string): string {
  if (arn.includes(':instance/')) return 'AWS::EC2::Instance'
  if (arn.includes(':instance-connect-endpoint/')) return 'AWS::EC2::InstanceConnectEndpoint'
  if (arn.includes(':user/')) return 'AWS::IAM::User'
  return 'AWS::Fleetkey::Resource'
}
