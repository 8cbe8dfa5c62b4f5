import type { ServiceException } from '@fleetkey/domain/exceptions'
import type { Fields } from '@fleetkey/wire/aws/fields'
import type { AnyOperation } from '../operations/operation.ts'
import { jsonCodec } from './json-codec.ts'
import { queryCodec } from './query-codec.ts'
import { headerOf, type ApiRequest } from './raw-request.ts'

/** How one request speaks. All codecs ask the same operations: there is one API. */
export interface Codec {
  readonly contentType: string
  /** The operation that is asked for. Throws UnknownOperationException. */
  route(): AnyOperation
  /** The members of the request. Throws SerializationException or its like. */
  fields(): Fields
  answer(output: object, requestId: string): EncodedAnswer
  refuse(refusal: ServiceException, requestId: string): EncodedAnswer
}

export interface EncodedAnswer {
  /** HTTP status. */
  readonly status: number
  readonly body: string
}

/** Nothing of the body is read yet: the codec is chosen by the content type alone. */
export function codecOf(request: ApiRequest): Codec {
  const type = headerOf(request.raw, 'content-type') ?? ''
  return /^application\/x-www-form-urlencoded\b/i.test(type)
    ? queryCodec(request)
    : jsonCodec(request)
}
