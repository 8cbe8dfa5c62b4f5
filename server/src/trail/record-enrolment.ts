import { randomUUID } from 'node:crypto'
import type { Tags } from '@fleetkey/domain/instance'
import type { OwnEvent } from '@fleetkey/domain/own-event'
import type { JoinTokenRow } from '../store/store.ts'
import { instanceFacts } from './instance-facts.ts'
import { createStrangerRecorder } from './record-strangers.ts'
import type { Act, Trail } from './trail.ts'

/** Whoever brought the join token. */
export type EnrolmentSender = Pick<Act, 'sourceAddress' | 'proxyAddress' | 'userAgent'>

/** Records that a host becomes an instance: before it does, and what came of it. */
export interface EnrolmentRecorder {
  begin(enrolment: {
    readonly token: JoinTokenRow
    readonly instanceId: string
    readonly tags: Tags
    readonly hostname: string
    readonly from: EnrolmentSender
  }): Promise<{ end(errorCode: string): Promise<void> }>
  /** That a host was refused before it could be told what it would become: only so many are on record. */
  refused(refusal: {
    readonly errorCode: string
    /** As it calls itself. */
    readonly hostname: string
    readonly token: JoinTokenRow | undefined
    readonly from: EnrolmentSender
  }): Promise<void>
}

const ENROLMENT = {
  eventName: 'EnrolInstance' satisfies OwnEvent,
  eventSource: 'fleetkey.amazonaws.com',
  eventType: 'AwsServiceEvent',
  readOnly: false,
  resourceArns: [],
} as const

/** Enrolments carry no signature; their request id stands for it. */
const KEPT_MS = 60_000

export function createEnrolmentRecorder(
  trail: Trail,
  parts: Parameters<typeof createStrangerRecorder>[1],
): EnrolmentRecorder {
  const { now } = parts
  const strangers = createStrangerRecorder(trail, parts)
  return {
    async refused({ errorCode, hostname, token, from }) {
      const principalId = token === undefined ? 'anonymous' : `join-token/${token.joinTokenId}`
      const act: Act = {
        ...ENROLMENT,
        requestId: randomUUID(),
        identity: { type: 'Unknown', principalId },
        userName: token?.createdBy ?? '',
        sourceAddress: from.sourceAddress,
        proxyAddress: from.proxyAddress,
        userAgent: from.userAgent,
        resource: '',
        requestParameters: token === undefined ? null : { joinTokenId: token.joinTokenId },
        facts: { hostname },
      }
      await strangers.refused(act, { errorCode })
    },

    async begin({ token, instanceId, tags, hostname, from }) {
      const requestId = randomUUID()
      const act: Act = {
        ...ENROLMENT,
        requestId,
        identity: { type: 'Unknown', principalId: `join-token/${token.joinTokenId}` },
        userName: token.createdBy,
        sourceAddress: from.sourceAddress,
        proxyAddress: from.proxyAddress,
        userAgent: from.userAgent,
        resource: instanceId,
        requestParameters: { joinTokenId: token.joinTokenId },
        facts: { ...instanceFacts({ instanceId, tags }), hostname },
      }
      const replayKey = `enrol ${requestId}`
      await trail.intent(act, { key: replayKey, until: now() + KEPT_MS }, '')
      return {
        async end(errorCode) {
          const responseElements = errorCode === '' ? { instanceId } : null
          await trail.outcome(
            act,
            { errorCode, responseElements },
            { replayKey, status: 0, body: '' },
          )
        },
      }
    },
  }
}
