import { randomUUID } from 'node:crypto'
import type { Tags } from '@fleetkey/domain/instance'
import type { JoinTokenRow } from '../store/store.ts'
import { instanceFacts } from './instance-facts.ts'
import type { Act, Trail } from './trail.ts'

/** Records that a host becomes an instance: before it does, and what came of it. */
export interface EnrolmentRecorder {
  begin(enrolment: {
    readonly token: JoinTokenRow
    readonly instanceId: string
    readonly tags: Tags
    readonly hostname: string
    readonly from: { readonly address: string; readonly userAgent: string }
  }): Promise<{ end(errorCode: string): Promise<void> }>
}

/** Enrolments carry no signature; their request id stands for it. */
const KEPT_MS = 60_000

export function createEnrolmentRecorder(trail: Trail, now: () => number): EnrolmentRecorder {
  return {
    async begin({ token, instanceId, tags, hostname, from }) {
      const requestId = randomUUID()
      const act: Act = {
        requestId,
        eventName: 'EnrolInstance',
        eventSource: 'fleetkey.amazonaws.com',
        eventType: 'AwsServiceEvent',
        readOnly: false,
        identity: { type: 'Unknown', principalId: `join-token/${token.joinTokenId}` },
        userName: token.createdBy,
        sourceAddress: from.address,
        userAgent: from.userAgent,
        resource: instanceId,
        resourceArns: [],
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
