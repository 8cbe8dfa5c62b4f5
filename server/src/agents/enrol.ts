import { randomBytes } from 'node:crypto'
import { joinTokenInvalid } from '@fleetkey/domain/exceptions/instances'
import { validationFailure } from '@fleetkey/domain/exceptions/request'
import { INSTANCE_ID_DIGITS, type Instance } from '@fleetkey/domain/instance'
import { parseEnrolmentRequest, type EnrolmentAnswer } from '@fleetkey/wire/agent/enrolment'
import { enrolmentProofStatement } from '@fleetkey/wire/agent/link-statements'
import { decodeStatement } from '@fleetkey/wire/agent/statement'
import { sha256Base64 } from '../secrets/digests.ts'
import { isSignedBy, publicKeyFrom } from '../secrets/ed25519.ts'
import type { JoinTokenRow, Store } from '../store/store.ts'
import type { EnrolmentRecorder, EnrolmentSender } from '../trail/record-enrolment.ts'

/** Turns a host that brings a join token into an instance. */
export interface Enrolments {
  /** `body` is the parsed JSON of the request. Throws JoinTokenInvalid without saying which of the reasons it was. */
  enrol(body: unknown, from: EnrolmentSender): Promise<EnrolmentAnswer>
}

export function createEnrolments(parts: {
  readonly store: Pick<Store, 'joinTokens' | 'pendingInstances'>
  readonly recorder: EnrolmentRecorder
  readonly pins: Omit<EnrolmentAnswer, 'instanceId'>
  readonly now: () => number
}): Enrolments {
  const { store, recorder, pins, now } = parts

  /** What the host is going to be: a new instance, or the one that was launched, with the tags that it has by now. */
  async function becoming(token: JoinTokenRow): Promise<Pick<Instance, 'instanceId' | 'tags'>> {
    const { forInstanceId, tags } = token
    if (forInstanceId === undefined) {
      const digits = randomBytes(16).toString('hex').slice(0, INSTANCE_ID_DIGITS)
      return { instanceId: `i-${digits}`, tags }
    }
    const pending = await store.pendingInstances.get(forInstanceId, now())
    if (pending === undefined) throw joinTokenInvalid()
    return pending
  }

  return {
    async enrol(body, from) {
      const request = parseEnrolmentRequest(body)
      if (request === undefined) throw validationFailure('This is not an enrolment request.')
      const secretHash = sha256Base64(request.secret)
      const proof = decodeStatement(enrolmentProofStatement, request.proof.statement)
      if (
        proof?.tokenHash !== secretHash ||
        proof.agentKey !== request.agentKey ||
        !isSignedBy(publicKeyFrom(request.agentKey), request.proof)
      ) {
        throw validationFailure('The enrolment request is not signed by the key that it brings.')
      }
      // Looked up first so that guesses write nothing; decided below, in the transaction that uses the token up.
      const token = await store.joinTokens.find(secretHash)
      if (token === undefined || !isUsable(token, now())) {
        const { hostname } = request.facts
        const { code: errorCode } = joinTokenInvalid()
        await recorder.refused({ errorCode, hostname, token, from })
        throw joinTokenInvalid()
      }
      const { instanceId, tags } = await becoming(token)
      const record = await recorder.begin({
        token,
        instanceId,
        tags,
        hostname: request.facts.hostname,
        from,
      })
      let instance: Instance | undefined
      let errorCode = 'InternalFailure'
      try {
        instance = await store.joinTokens.redeem({
          secretHash,
          instanceId,
          agentKey: request.agentKey,
          facts: request.facts,
          now: now(),
        })
        errorCode = instance === undefined ? 'JoinTokenInvalidException' : ''
      } finally {
        await record.end(errorCode)
      }
      if (instance === undefined) throw joinTokenInvalid()
      return { instanceId, ...pins }
    },
  }
}

const isUsable = (token: JoinTokenRow, now: number): boolean =>
  token.state === 'unused' && token.expiresAt > now
