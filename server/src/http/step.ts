import { principalName } from '@fleetkey/domain/principal'
import type { Realm } from '@fleetkey/domain/realm'
import type { Caller } from '../operations/caller.ts'
import type { AnyOperation } from '../operations/operation.ts'
import type { Act } from '../trail/trail.ts'
import { userIdentity } from '../trail/user-identity.ts'
import type { Codec, EncodedAnswer } from './codec.ts'
import type { ApiRequest } from './raw-request.ts'
import type { ApiAnswer } from './api-answer.ts'
import type { Arrival } from './arrival.ts'
import { actOf } from './recorded-act.ts'

interface StepParts extends Arrival {
  readonly operation: AnyOperation
  readonly caller: Caller
  /** Parsed already, where the proof was in it. */
  readonly input: unknown
}

/** What one request is, once it is known who sent it and what for. */
export class Step {
  readonly parts: StepParts
  readonly request: ApiRequest
  readonly requestId: string
  readonly codec: Codec
  readonly operation: AnyOperation
  readonly caller: Caller
  readonly input: unknown

  constructor(parts: StepParts) {
    this.parts = parts
    this.request = parts.request
    this.requestId = parts.requestId
    this.codec = parts.codec
    this.operation = parts.operation
    this.caller = parts.caller
    this.input = parts.input
  }

  get replayKey(): string {
    return `${this.caller.accessKeyId} ${this.caller.signature}`
  }

  /** `input` is undefined when the request could not even be parsed. */
  actOf(realm: Realm, input: unknown): Act {
    const { principal } = this.caller
    const identity = userIdentity(this.caller, realm)
    return actOf({ ...this.parts, identity, userName: principalName(principal) }, input)
  }

  answer(output: object): ApiAnswer {
    return this.stored(this.codec.answer(output, this.requestId))
  }

  stored({ status, body }: EncodedAnswer): ApiAnswer {
    return { requestId: this.requestId, contentType: this.codec.contentType, status, body }
  }
}
